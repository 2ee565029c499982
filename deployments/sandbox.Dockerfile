# The image that generated scripts run in: the numeric libraries that a solution may import, and nothing else.
# `kaggle-agent sandbox build` makes the context: requirements.txt (lines of requirements.lock), jail/ (what closes
# the last doors before a script starts) and ca.crt (empty, or the certificates that your network needs).
# Works with the classic builder. A build needs the package registries; a run needs no network and has none.
FROM python:3.11-slim

RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libgomp1 >/dev/null \
    && rm -rf /var/lib/apt/lists/*

# pip reads the index from its own variable. No credentials here: build arguments stay in the image's history.
ARG PIP_INDEX_URL
COPY requirements.txt ca.crt /build/
RUN if [ -s /build/ca.crt ]; then export PIP_CERT=/build/ca.crt; fi \
    && python3 -m pip install -q --no-cache-dir --no-deps --only-binary :all: --require-hashes \
        --root-user-action ignore --disable-pip-version-check -r /build/requirements.txt \
    && python3 -m compileall -q "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && rm -r /build \
    && python3 -c "import lightgbm, pandas, pyarrow, sklearn.ensemble, xgboost"

COPY jail /usr/local/lib/kaggle-agent/agent_core/sandbox/jail
# Nobody gains rights by starting a program, and nobody looks around in folders that are none of a script's business.
RUN python3 -m compileall -q /usr/local/lib/kaggle-agent \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
    && chmod 0700 /boot /home /media /mnt /opt /root /run /srv /var/log

USER 65534:65534
WORKDIR /tmp
