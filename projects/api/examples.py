"""What the endpoints answer, for the API's description."""

from drf_spectacular.utils import OpenApiExample

_ORGANIZATION = {
    "id": "72e5dc6f-639f-4aff-929f-a3735d9dc6bb",
    "name": "Alice's team",
    "created_at": "2026-11-20T09:30:00Z",
}
_PROJECT = {
    "id": "84d624ae-93f0-4bbf-92a5-43df303f16cc",
    "organization": _ORGANIZATION["id"],
    "name": "Shop",
    "domain": "shop.example.com",
    "description": "",
    "timezone": "Europe/Berlin",
    "is_active": True,
    "identity_mode": "cookieless",
    "write_key": "ap_pub_2616e56facf4d470ae94aa665c417c32",
    "allowed_origins": ["https://shop.example.com"],
    "kept_query_params": ["page"],
    "first_event_at": "2026-11-20T09:41:12Z",
    "created_at": "2026-11-20T09:30:00Z",
    "updated_at": "2026-11-20T09:30:00Z",
}
_API_KEY = {
    "id": "3c0f7f3e-6a67-4b6e-8a39-6d6a4f1f0f0e",
    "name": "Nightly export",
    "description": "",
    "prefix": "ap_e96fb",
    "scopes": ["read"],
    "is_active": True,
    "last_used_at": None,
    "created_at": "2026-11-20T09:30:00Z",
}
_NEW_API_KEY = _API_KEY | {"secret": "ap_" + "e96fba57" * 8}

ORGANIZATION = OpenApiExample("An organization", _ORGANIZATION, response_only=True)
PROJECT = OpenApiExample("A project", _PROJECT, response_only=True)
API_KEY = OpenApiExample("A key", _API_KEY, response_only=True)
NEW_API_KEY = OpenApiExample("A new key", _NEW_API_KEY, response_only=True)
WRITE_KEY = OpenApiExample("The new key", {"write_key": _PROJECT["write_key"]}, response_only=True)
ROTATION = OpenApiExample("The key that leaked", {"replaces": _PROJECT["write_key"]}, request_only=True)
