"""Calls: who is called for a waiting conversation, who missed it, and what an agent takes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns that routing reads; a conversation that waits already keeps its age."""
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("called_id", sa.Integer(), nullable=True),
        sa.Column("called_at", moment, nullable=True),
        sa.Column("ringing_id", sa.Integer(), nullable=True),
        sa.Column("ringing_name", sa.String(length=200), nullable=True),
        sa.Column("ringing_until", moment, nullable=True),
        sa.Column("missed", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column("conversations", column)
    for column in (
        sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("given_at", moment, nullable=True),
        sa.Column("presence_at", moment, nullable=True),
    ):
        op.add_column("agents", column)
    for name in ("promised_at", "remind_at"):
        op.add_column("tickets", sa.Column(name, moment, nullable=True))
    op.execute("UPDATE conversations SET asked_at = waiting_since")
