from rest_framework import serializers

from config.bodies import Body
from tutorial.definitions import TUTORIALS
from tutorial.models import TutorialStep

LONGEST = max(len(tutorial.steps) for tutorial in TUTORIALS.values())


class CompleteInput(Body):
    step_number = serializers.IntegerField(min_value=1, max_value=LONGEST)


class TitleOutput(serializers.Serializer):
    en = serializers.CharField()
    ko = serializers.CharField()


class StepOutput(serializers.Serializer):
    step_number = serializers.IntegerField()
    step_id = serializers.CharField(help_text="For ever the same, wherever the step stands.")
    title = TitleOutput()
    since = serializers.IntegerField(help_text="The tutorial's version that brought this step.")
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = serializers.ChoiceField(choices=TutorialStep.CompletedBy.choices, allow_null=True)


class ProgressOutput(serializers.Serializer):
    tutorial_type = serializers.ChoiceField(choices=list(TUTORIALS))
    version = serializers.IntegerField()
    completed_step = serializers.IntegerField(help_text="The furthest step done, 0 for none.")
    is_complete = serializers.BooleanField(help_text="Every step of this version is done; a skipped one is not.")
    updated_at = serializers.DateTimeField(allow_null=True)
    steps = StepOutput(many=True)


class ProgressListOutput(serializers.Serializer):
    results = ProgressOutput(many=True)
    next = serializers.CharField(allow_null=True)
