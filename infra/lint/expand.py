"""Prints the CloudFormation that the SAM transform makes of a template."""

import json
import sys

from samtranslator.parser.parser import Parser
from samtranslator.public.translator import Translator
from samtranslator.yaml_helper import yaml_parse

with open(sys.argv[1], encoding="utf-8") as file:
    template = yaml_parse(file)
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        # What `sam package` would put here.
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
template["Globals"]["Function"].pop("CodeUri")
policies = {}
expanded = Translator(policies, Parser()).translate(template, parameter_values={})
json.dump(expanded, sys.stdout, indent=1)
