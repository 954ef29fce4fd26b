"""The people's side: tickets, queue, agents, presence and the desk's hours."""
