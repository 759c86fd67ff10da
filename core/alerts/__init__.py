"""What a person is told who is not at a console: facts to alerts, alerts to messages; pure."""
