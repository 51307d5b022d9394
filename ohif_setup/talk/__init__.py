"""What users read and type: prompts, conflicts, reports of a run."""
