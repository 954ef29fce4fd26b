"""The pages agents, editors and operators work in."""
