/* SPDX-License-Identifier: MIT
 *
 * certificates.h: a certificate authority of one's own, for tests.
 */
#ifndef TEST_CERTIFICATES_H
#define TEST_CERTIFICATES_H

/* Writes into `folder`, as PEM: ca.pem; server.pem and server.key, signed by it for
 * `host` (a name, or an IPv4 address); self.pem, signed by nobody else, with the
 * same key. Ends the process where that fails. */
void make_certificates(const char *folder, const char *host);

#endif
