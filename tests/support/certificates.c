/* SPDX-License-Identifier: MIT
 *
 * certificates.c: short-lived P-256 certificates, made with libcrypto.
 */
#include "support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int true_enough, const char *what)
{
    if (!true_enough) {
        fprintf(stderr, "certificates: %s failed\n", what);
        abort();
    }
}

static void extend(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, "an extension");
    X509_EXTENSION_free(extension);
}

static X509 *make(const char *name, const char *host, EVP_PKEY *key, X509 *issuer,
                  EVP_PKEY *issuer_key, long serial)
{
    char names[300];
    X509 *certificate = X509_new();
    need(certificate != NULL, "X509_new");
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *) name, -1, -1,
                               0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
    X509_set_pubkey(certificate, key);
    if (host == NULL) {
        extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        int numeric = strspn(host, "0123456789.") == strlen(host);
        snprintf(names, sizeof names, "%s:%s", numeric ? "IP" : "DNS", host);
        extend(certificate, NID_subject_alt_name, names);
    }
    need(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "signing");
    return certificate;
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    need(file != NULL, path);
    return file;
}

static void write_certificate(const char *folder, const char *name, X509 *certificate)
{
    FILE *file = open_in(folder, name);
    need(PEM_write_X509(file, certificate) == 1, name);
    fclose(file);
    X509_free(certificate);
}

void make_certificates(const char *folder, const char *host)
{
    EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    need(ca_key != NULL && key != NULL, "EVP_EC_gen");
    X509 *ca = make("Test authority", NULL, ca_key, NULL, ca_key, 1);
    write_certificate(folder, "server.pem", make("Test server", host, key, ca, ca_key, 2));
    write_certificate(folder, "self.pem", make("Nobody else", host, key, NULL, key, 3));
    write_certificate(folder, "ca.pem", ca);
    FILE *file = open_in(folder, "server.key");
    need(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1, "server.key");
    fclose(file);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
}
