"""Refusals about tutorials: 315xx."""

from config.refusals import Refusal


class TutorialUnknown(Refusal):
    code = "tutorial_unknown"
    status = 404
    detail = "There is no such tutorial."


class TutorialStepUnknown(Refusal):
    code = "tutorial_step_unknown"
    status = 400
    errno = 31501
    detail = "The tutorial has no step of that number."
    field = "step_number"
