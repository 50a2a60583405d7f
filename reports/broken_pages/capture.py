"""What a site puts on its error page, so that a page that is missing is not noted as one that was seen."""

from projects.models import Project

_SNIPPET = """<script>
  fetch('{base_url}/api/v1/track/event?key={key}', {{
    method: 'POST', keepalive: true, credentials: 'omit', body: JSON.stringify({{
      event_type: 'not_found', url: location.href.slice(0, 2048), referrer: document.referrer, title: document.title }})
  }})
</script>"""


def snippet(project: Project, base_url: str) -> str:
    """In place of the tracker's tag. A text as body needs no question beforehand from another origin.

    base_url: where the site's visitors reach this server.
    """
    return _SNIPPET.format(base_url=base_url, key=project.write_key)
