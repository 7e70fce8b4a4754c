/** A shorter piece of base64 would be found in innocent text. */
const BASE64_MIN = 8;
/** How many leading base64 digits hold bits of the bytes before, by how many there were modulo 3. */
const LEADING_CUT = [0, 2, 3] as const;
/** How many trailing characters hold bits of the bytes after, or are padding, by the length modulo 3. */
const TRAILING_CUT = [0, 3, 2] as const;

/** Every spelling under which a value may reach an output: itself, in JSON, in JSON in JSON, in a URL, in base64. */
export function secretForms(value: string): readonly string[] {
  const json = insideJson(value);
  const percent = encodeURIComponent(value.toWellFormed());
  const forms = [
    value,
    json,
    insideJson(json),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    new URLSearchParams({ v: value }).toString().slice(2),
    ...base64Forms(Buffer.from(value)),
  ];
  return [...new Set(forms)];
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Base64 of bytes somewhere inside others ("user:password"): what stays the same for each of the three alignments. */
function base64Forms(bytes: Buffer): readonly string[] {
  const forms: string[] = [];
  for (const [shift, leading] of LEADING_CUT.entries()) {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const trailing = TRAILING_CUT[(shift + bytes.length) % 3] ?? 0;
    const core = encoded.slice(leading, encoded.length - trailing);
    if (core.length >= BASE64_MIN) forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}
