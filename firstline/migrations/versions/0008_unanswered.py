"""What is unanswered is found however many conversations there are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the way to the few conversations in which the visitor has spoken last."""
    unanswered = sa.text("visitor_seq > answered_seq")
    op.create_index(
        "ix_conversations_unanswered",
        "conversations",
        ["updated_at"],
        postgresql_where=unanswered,
        sqlite_where=unanswered,
    )
