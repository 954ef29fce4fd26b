"""A rating in a push channel gets its comment in reply to a message; which one is kept until the comment is there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the name of the message that asks for the comment."""
    op.add_column("conversations", sa.Column("rating_prompt", sa.String(64), nullable=True))
