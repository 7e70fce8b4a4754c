/** One address in each range that is not public, its edges where they are easily missed. */
export const INSIDE = `
  0.0.0.0 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
  127.0.0.1 127.0.0.53 127.255.255.255 169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 172.16.0.0
  172.17.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.0 192.168.1.1 192.168.255.255
  198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
`
  .trim()
  .split(/\s+/);

/** Every way to write an IPv4 address into a URL that browsers, and so the URL parser, take. */
export const NOTATIONS: Readonly<Record<string, (bytes: Bytes) => string>> = {
  plain: (bytes) => bytes.join('.'),
  'with a dot at the end': (bytes) => `${bytes.join('.')}.`,
  'as one number': (bytes) => String(word(bytes)),
  'as one hexadecimal number': (bytes) => `0x${word(bytes).toString(16)}`,
  'as one octal number': (bytes) => `0${word(bytes).toString(8)}`,
  'in hexadecimal parts': (bytes) => bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
  'in octal parts': (bytes) => bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
  'in padded octal parts': (bytes) => bytes.map((byte) => byte.toString(8).padStart(8, '0')).join('.'),
  'in mixed parts': ([a, b, c, d]) => `0x${a.toString(16)}.0${b.toString(8)}.${c}.0X${d.toString(16)}`,
  'in three parts': ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  'in two parts': ([a, b, c, d]) => `${a}.${b * 65_536 + c * 256 + d}`,
  'in full-width digits': (bytes) =>
    bytes.join('.').replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  'in percent signs': (bytes) => bytes.join('.').replace(/\d/g, (digit) => `%3${digit}`),
  'with ideographic full stops': (bytes) => bytes.join('。'),
  'mapped into IPv6': (bytes) => `[::ffff:${bytes.join('.')}]`,
  'mapped into IPv6 in groups': (bytes) => `[0:0:0:0:0:FFFF:${groups(bytes)}]`,
  'behind NAT64': (bytes) => `[64:ff9b::${bytes.join('.')}]`,
  'behind 6to4': (bytes) => `[2002:${groups(bytes)}::1]`,
};

export type Bytes = readonly [number, number, number, number];

export function bytesOf(address: string): Bytes {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a, b, c, d];
}

function word([a, b, c, d]: Bytes): number {
  return a * 16_777_216 + b * 65_536 + c * 256 + d;
}

function groups([a, b, c, d]: Bytes): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
