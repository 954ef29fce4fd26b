"""Runs the migrations on the connection that `firstline.migrations.running` opened."""

from alembic import context

from conversations.rows import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
