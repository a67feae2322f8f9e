"""What every part speaks of: reasons, states, events, answers, texts, the clock. Imports nothing of ours."""
