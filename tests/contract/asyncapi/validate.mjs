// Reads an AsyncAPI document and prints every finding of the official parser; exit 1 on an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const SEVERITIES = ["error", "warning", "info", "hint"];
for (const finding of diagnostics) {
  console.log(`${SEVERITIES[finding.severity]}: ${finding.path.join(".")}: ${finding.message}`);
}
const errors = diagnostics.filter((finding) => finding.severity === 0).length;
if (!document || errors > 0) {
  console.log(`${errors} errors`);
  process.exit(1);
}
console.log(
  `valid: AsyncAPI ${document.version()}, ${document.channels().all().length} channels, ` +
    `${document.messages().all().length} messages`,
);
