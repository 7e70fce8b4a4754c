/** Spellings of addresses inside a network, as somebody might write them into a URL; `#` begins a heading. */
export const FORBIDDEN_HOSTS = spellings(`
  # Loopback in every notation that the URL parser knows.
  127.0.0.1 127.1 127.0.1 127.255.255.254 127.0.0.2 2130706433 0x7f000001 0x7F.0.0.1
  0x7f.1 017700000001 0177.0.0.1 0177.1 127.0x0.0.1 127.000.000.001 0x7f.0x0.0x0.0x1
  %31%32%37.0.0.1 ①②⑦.0.0.1 127。0。0。1 127.0.0.1. 0x7f000001.
  # Unspecified, which connects to this machine.
  0 0.0.0.0 0x0 00 0.1.2.3 0.0.0.0.
  # Private.
  10.0.0.1 10.255.255.255 167772161 0xa.1 012.0.0.1 10.1 172.16.0.1 172.31.255.255
  2886729729 0xac.16.1 192.168.0.1 192.168.255.255 3232235521 0xc0a80001 0300.0250.0.1
  # Metadata and other link-local.
  169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.0.1 169.254.43518
  0xa9.0xfe.0xa9.0xfe 169.254.170.2 169.254.169.253
  # Carrier-grade NAT (and a cloud's metadata), IETF, documentation, benchmark, multicast, reserved, broadcast.
  100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
  198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
  255.255.255.255 4294967295 0xffffffff
  # IPv6: unspecified, loopback, unique local (and a cloud's metadata), link-local, site-local, multicast.
  [::] [::1] [0:0:0:0:0:0:0:1] [0000::0001] [fc00::1] [fd00:ec2::254] [FD00:EC2::254]
  [fdff:ffff::1] [fe80::1] [fe80::a9fe:a9fe] [febf::1] [fec0::1] [ff02::1] [ff0e::1]
  # IPv4 inside IPv6: mapped, compatible, translated, NAT64, local NAT64, 6to4, Teredo.
  [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:169.254.169.254]
  [::ffff:a9fe:a9fe] [::FFFF:10.0.0.1] [::ffff:192.168.1.1] [::ffff:0.0.0.0] [::127.0.0.1]
  [::10.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b::10.0.0.1]
  [64:ff9b:1::1] [64:ff9b:1::808:808] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2002:c0a8:101::1]
  [2002:a00:1::] [2001::1] [2001:0:4136:e378:8000:63bf:3fff:fdd2]
  # IPv6 documentation, discard, segment routing, ORCHID, never assigned.
  [2001:db8::1] [3fff::1] [100::1] [5f00::1] [2001:10::1] [2001:20::1] [4000::1] [1::1]
`);

/** Their public neighbours. */
export const PUBLIC_HOSTS = spellings(`
  8.8.8.8 1.1.1.1 93.184.216.34 172.15.0.1 172.32.0.1 192.167.255.255 192.169.0.1 11.0.0.1
  9.255.255.255 100.63.255.255 100.128.0.1 169.253.1.1 169.255.1.1 126.255.255.255 128.0.0.1
  198.17.1.1 198.20.0.1 223.255.255.254 134744072 [2606:4700::1111] [2001:4860:4860::8888]
  [2a00:1450:4001:81c::200e] [::ffff:8.8.8.8] [64:ff9b::8.8.8.8] [2002:808:808::1]
`);

function spellings(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !line.trim().startsWith('#'));
  return lines.flatMap((line) => line.trim().split(/\s+/)).filter((word) => word !== '');
}
