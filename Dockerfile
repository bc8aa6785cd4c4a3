# plnet in one image: the web server, the worker and the bell are the same program started differently
# (docker-compose.yml). By itself it runs everything in one container: docker run -p 8000:8000 -v plnet:/data plnet
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 PLNET_DATA_DIR=/data

RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin plnet \
    && install -d -o plnet -g plnet -m 750 /data
WORKDIR /plnet

COPY requirements.lock ./
RUN pip install --no-cache-dir --no-compile -r requirements.lock && python -m compileall -q /usr/local/lib
COPY . .
RUN python -m compileall -q . && pybabel --quiet compile --domain django --directory locale

USER plnet
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=2s \
    CMD ["python", "-c", "from urllib.request import urlopen as get; get('http://127.0.0.1:8000/healthz')"]
CMD ["python", "manage.py", "up", "--host", "0.0.0.0"]
