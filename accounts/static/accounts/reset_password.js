"use strict";
// The token stands behind #. It is taken out of the address at once, so that it stays in no history.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const [choose, ask, message] = ["choose", "ask", "message"].map((id) => document.getElementById(id));
(token ? choose : ask).hidden = false;

function say(text, wrong = false) {
  message.textContent = text;
  message.className = wrong ? "wrong" : "";
}

async function send(form, path, body, done) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(`/api/v1/auth/reset-password${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      form.hidden = true;
      say(done);
      return;
    }
    const refusal = await answer.json();
    const details = Object.values(refusal.fields).flat();
    say(details.length ? details.join(" ") : refusal.detail, true);
    if (refusal.code === "reset_link_invalid") {
      form.hidden = true;
      ask.hidden = false;
    }
  } catch {
    say("The site does not answer. Try again in a moment.", true);
  } finally {
    button.disabled = false;
  }
}

choose.addEventListener("submit", (event) => {
  event.preventDefault();
  const password = document.getElementById("password").value;
  if (password !== document.getElementById("again").value) {
    say("The two passwords are not the same.", true);
    return;
  }
  send(choose, "/confirm", { token, new_password: password }, "Your password is changed. Log in with the new one.");
});

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  const email = document.getElementById("email").value;
  send(ask, "", { email }, "If an account has this address, a link is on its way.");
});
