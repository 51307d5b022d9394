"""What the network answers to the questions of the checks; never a judgement of the site."""
