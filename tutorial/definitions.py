"""The tutorials: every step, in order, in this one place. Pure data; nothing of it is stored but ids and numbers.

A step's `step_id` is for ever: progress is kept under it, so a step may move or be reworded and nobody loses it. A new
step carries the tutorial's next version as `since`; who had finished sees only that one as open. A step number is the
step's place, from 1. `done_by` names the event that completes the step, because the user really did it.
"""

from typing import NamedTuple


class Step(NamedTuple):
    step_id: str
    title: dict[str, str]  # language -> text
    done_by: str | None = None  # an event type of shards.outbox.registry
    since: int = 1


class Tutorial(NamedTuple):
    version: int
    steps: tuple[Step, ...]

    @property
    def step_ids(self) -> list[str]:
        return [step.step_id for step in self.steps]


def _step(step_id: str, en: str, ko: str, done_by: str | None = None) -> Step:
    return Step(step_id, {"en": en, "ko": ko}, done_by)


TUTORIALS: dict[str, Tutorial] = {
    "OVERVIEW": Tutorial(
        1,
        (
            _step("overview.welcome", "What this platform does", "플랫폼 소개"),
            _step("overview.dashboard", "Reading the dashboard", "대시보드 읽기"),
            _step("overview.search", "Finding a symbol", "종목 찾기"),
            _step("overview.notifications", "Where notifications are", "알림 확인하기"),
            _step("overview.help", "Getting help", "도움말"),
        ),
    ),
    "PORTFOLIO": Tutorial(
        1,
        (
            _step("portfolio.intro", "What a portfolio shows", "포트폴리오 소개"),
            _step("portfolio.holdings", "Your holdings", "보유 종목"),
            _step("portfolio.order", "Placing an order", "주문하기"),
            _step("portfolio.returns", "Reading your returns", "수익률 읽기"),
            _step("portfolio.rebalance", "Rebalancing", "리밸런싱"),
        ),
    ),
    "SIGNALS": Tutorial(
        1,
        (
            _step("signals.intro", "What a Bollinger band is", "볼린저 밴드란"),
            _step("signals.first_alarm", "Make your first alarm", "첫 알람 만들기", "alarm.created"),
            _step("signals.history", "Reading your signals", "시그널 기록 읽기"),
            _step("signals.outcome", "How a signal is judged", "시그널 평가 방식"),
            _step("signals.tuning", "Tuning window and k", "기간과 배수 조정"),
        ),
    ),
    "CHAT": Tutorial(
        1,
        (
            _step("chat.intro", "Meet the advisers", "AI 상담사 소개"),
            _step("chat.first_message", "Send your first message", "첫 메시지 보내기", "chat.messages_stored"),
            _step("chat.personas", "Choosing an adviser", "상담사 고르기"),
            _step("chat.history", "Finding earlier answers", "지난 답변 찾기"),
        ),
    ),
    "SETTINGS": Tutorial(
        1,
        (
            _step("settings.profile", "Your investment profile", "투자 성향"),
            _step("settings.notifications", "What you are told, and where", "알림 설정"),
            _step("settings.quiet_hours", "Quiet hours", "방해 금지 시간"),
            _step("settings.security", "Keeping your account safe", "계정 보안"),
        ),
    ),
}
TYPES = tuple(TUTORIALS)


def completed_by(event_type: str) -> list[tuple[str, int]]:
    """(tutorial type, step number) of the steps that such an event completes."""
    return [
        (tutorial_type, number)
        for tutorial_type, tutorial in TUTORIALS.items()
        for number, step in enumerate(tutorial.steps, 1)
        if step.done_by == event_type
    ]
