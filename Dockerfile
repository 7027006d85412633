# One image for web, worker and beat; which one it is, the command says (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gettext \
 && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /build/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r /build/requirements.txt
COPY . /portal
WORKDIR /portal
RUN find locale portal -name '*.po' -exec sh -c 'msgfmt --check-format -o "${1%.po}.mo" "$1"' _ {} \;

FROM python:3.11-slim-bookworm
# Kazakhstan's hashes (libgcrypt) and fast points for its signatures (libcrypto).
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgcrypt20 libssl3 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0755 /srv/static /srv/open-data \
 && install -d -o portal -g portal -m 0700 /srv/media /srv/beat
COPY --from=build /venv /venv
COPY --from=build /portal /portal
WORKDIR /portal
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    OPEN_DATA_ROOT=/srv/open-data
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.py"]
