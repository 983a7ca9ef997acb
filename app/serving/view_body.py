"""The body of a saved view: ids and positions, and no text but its title."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.serving.queries import Asked, EntityId
from graph.model.kinds import LINKS

MOST_ENTITIES: Final = 2_000
FARTHEST: Final = 1_000_000.0


def _link_kind(word: str) -> str:
    if word not in LINKS:
        raise ValueError("no link of the dictionary")
    return word


def _title(text: str) -> str:
    title = text.strip()
    if not title or not title.isprintable():
        raise ValueError("a title has 1 to 100 characters that print")
    return title


Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
LinkKindName = Annotated[str, Field(max_length=40), AfterValidator(_link_kind)]
Title = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_title)]


class PlacedEntity(BaseModel):
    """Where somebody put an entity in a picture.

    Attributes
    ----------
    id : str
        Its id.
    x, y : float
        In the picture's own units.
    pinned : bool
        Whether it stays there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    id: EntityId
    x: Coordinate
    y: Coordinate
    pinned: bool = False


class ChartState(BaseModel):
    """What a chart shows, without any name or label.

    Attributes
    ----------
    question : Asked
        Which claims count.
    entities : list of PlacedEntity
        Each once.
    hidden : list of str
        Ids that are not shown.
    kinds_hidden : list of str
        Kinds of link that are not shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: Asked = Asked()
    entities: list[PlacedEntity] = Field(max_length=MOST_ENTITIES)
    hidden: list[EntityId] = Field([], max_length=MOST_ENTITIES)
    kinds_hidden: list[LinkKindName] = Field([], max_length=50)

    @model_validator(mode="after")
    def _each_once(self) -> ChartState:
        ids = [entity.id for entity in self.entities]
        if any(len(set(held)) < len(held) for held in (ids, self.hidden, self.kinds_hidden)):
            raise ValueError("each id and each kind of link stands there once")
        return self


class ViewBody(BaseModel):
    """A view to be saved.

    Attributes
    ----------
    title : str
        Free text, which nothing checks: name nobody in it.
    view : ChartState
        What the chart shows.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "title": "north quay, panel of 3 June",
                    "view": {
                        "question": {"window_from": "2025-01-01", "window_to": "2025-06-30"},
                        "entities": [{"id": "0000000000abc", "x": 120.5, "y": -40.0, "pinned": True}],
                        "hidden": [],
                        "kinds_hidden": ["IN"],
                    },
                }
            ]
        },
    )
    title: Title
    view: ChartState

    def kept(self) -> dict[str, Any]:
        """Return what is kept of the view.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return self.view.model_dump(mode="json")
