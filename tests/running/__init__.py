"""The server as a process: started, stopped, watched, with workers that hang, grow and die."""
