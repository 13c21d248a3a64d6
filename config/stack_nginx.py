"""The nginx in front of the site: one origin for whatever processes serve it."""

import json
import os
from pathlib import Path
from string import Template

from config.stack_servers import LOOPBACK

# nginx's own status -> (status, code, detail) in the API's one error shape. What it refuses never reaches Django.
ERRORS = {
    "400 494": (400, "malformed", "The request is not well-formed HTTP."),
    "404": (404, "not_found", "There is nothing here."),
    "405": (405, "method_not_allowed", "This method is not allowed."),
    "413": (413, "body_too_large", "The body is larger than 1 MB."),
    "414": (414, "uri_too_long", "The address is too long."),
    "502 504": (503, "unavailable", "The service does not answer right now. Try again in a moment."),
}

ERROR = Template("""\
    error_page $statuses =$status @$code;
    location @$code {
      default_type application/json;
      add_header X-Request-ID $$request_id always;
      $retry_after
      return $status '$body';
    }
""")

# Bodies and answers stay in memory, so the temporary paths stay empty; nginx insists on having them.
# Each upstream has one server: max_fails=0, or one refused connection would keep it away for ten seconds.
# A web process that has authorized a stream answers with X-Accel-Redirect, and the streams' process sends it
# (config/sse.py); it sends a heartbeat more often than every 60 seconds, after which nginx would give it up.
CONFIGURATION = Template("""\
$user
daemon off;
worker_processes 1;
pid $home/run/nginx.pid;
error_log stderr warn;
error_log $home/log/nginx.log notice;
events { worker_connections 1024; }

http {
  log_format line '$$time_iso8601 $$request_id $$status $${request_time}s "$$request"';
  access_log $home/log/access.log line;
  client_body_temp_path $home/nginx/body;
  proxy_temp_path $home/nginx/proxy;
  fastcgi_temp_path $home/nginx/fastcgi;
  uwsgi_temp_path $home/nginx/uwsgi;
  scgi_temp_path $home/nginx/scgi;
  server_tokens off;
  client_max_body_size 1m;
  client_body_buffer_size 1m;
  proxy_max_temp_file_size 0;

  upstream wsgi {
    server $loopback:$wsgi_port max_fails=0;
    keepalive 32;
  }

  upstream asgi {
    server $loopback:$asgi_port max_fails=0;
    keepalive 32;
  }

  server {
    listen $loopback:$port;

    location / {
      proxy_pass http://wsgi;
      proxy_http_version 1.1;
      proxy_connect_timeout 1s;
      proxy_set_header Connection "";
      proxy_set_header Host $$http_host;
      proxy_set_header X-Request-ID $$request_id;
      proxy_set_header X-Forwarded-For $$remote_addr;
      proxy_set_header X-Forwarded-Proto $$scheme;
      proxy_hide_header X-Request-ID;
      add_header X-Request-ID $$request_id always;
    }

    location /streams/ {
      internal;
      set $$session_expires $$upstream_http_x_session_expires;
      proxy_pass http://asgi;
      proxy_http_version 1.1;
      proxy_connect_timeout 1s;
      proxy_read_timeout 60s;
      proxy_buffering off;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
      proxy_set_header Host $$http_host;
      proxy_set_header X-Request-ID $$request_id;
      add_header X-Request-ID $$request_id always;
      add_header X-Session-Expires $$session_expires;
    }

$errors  }
}
""")


def nginx_configuration(home: Path, port: int, wsgi_port: int, asgi_port: int) -> str:
    errors = (
        ERROR.substitute(
            statuses=statuses,
            status=status,
            code=code,
            body=json.dumps({"code": code, "detail": detail, "fields": {}}),
            retry_after="add_header Retry-After 1 always;" if status == 503 else "",
        )
        for statuses, (status, code, detail) in ERRORS.items()
    )
    return CONFIGURATION.substitute(
        user="user nobody nogroup;" if os.geteuid() == 0 else "",
        home=home,
        loopback=LOOPBACK,
        port=port,
        wsgi_port=wsgi_port,
        asgi_port=asgi_port,
        errors="".join(errors),
    )
