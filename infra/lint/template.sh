#!/usr/bin/env bash
# Lints template.yaml three ways: SAM's own rules, cfn-lint on the template, and cfn-lint on what the SAM transform
# makes of it, where mistakes inside a function's properties show that the other two miss.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=target/tools/template-lint
requirements=infra/lint/requirements.txt
if ! cmp --silent "$requirements" "$venv/installed"; then
    echo 'installing sam and cfn-lint (first time only)'
    rm -rf "$venv"
    python3 -m venv "$venv"
    # The list is complete; resolving it again trips over extras in hash mode.
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement "$requirements"
    cp "$requirements" "$venv/installed"
fi

export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none
echo 'sam validate --lint'
"$venv/bin/sam" validate --lint --template template.yaml
echo 'cfn-lint template.yaml'
"$venv/bin/cfn-lint" --non-zero-exit-code informational template.yaml
echo 'cfn-lint on the expanded template'
"$venv/bin/python" infra/lint/expand.py template.yaml >target/tools/expanded.json
"$venv/bin/cfn-lint" --non-zero-exit-code warning target/tools/expanded.json
