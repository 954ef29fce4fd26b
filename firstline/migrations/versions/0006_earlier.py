"""An agent finds a visitor's earlier conversations by the e-mail they gave."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the way to the conversations of an e-mail address, however it was written."""
    op.create_index("ix_conversations_email", "conversations", [sa.text("lower(email)")])
