"""The register of products, and approval by another person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.short_answers import Approved

router = APIRouter(prefix="/api/products", route_class=Door, tags=["products"])


@router.get("", **answers("products"))
@policy("products", "consultation")
def products(here: Here) -> JSONResponse:
    """List the products of the viewer's agency, never their content."""
    from app.use_cases.products import list_products

    return JSONResponse(list_products(here).body)


@router.post("/{product}/approve", **answers(Approved))
@policy("approve", "alteration", recent=True)
def approved(
    product: Annotated[str, Path(pattern=r"^[0-9a-z]{8}$", examples=["2n4q8r1t"])], here: Here
) -> Approved:
    """Approve a product that another person made."""
    from app.use_cases.products import approve

    done = approve(here, product)
    return Approved(product=done.id, expires=done.expires.isoformat())
