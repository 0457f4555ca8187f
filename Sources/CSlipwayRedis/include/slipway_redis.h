// Redis' protocol by Debian's hiredis (package libhiredis-dev): it writes commands and reads replies. Sockets are the caller's.
// TLS over such a socket is OpenSSL's (packages libssl-dev and libssl3): the hiredis of Debian 12 (0.14) has none.
//
// Functions that fail leave a heap string in *error, which slr_free_text releases. The descriptors must not block.
#pragma once

#include <hiredis/hiredis.h>
#include <stddef.h>
#include <stdint.h>

enum slr_status {
  SLR_DONE = 0,
  // To be called again once the descriptor can be read, or written.
  SLR_WANT_READ = 1,
  SLR_WANT_WRITE = 2,
  SLR_CLOSED = 3,
  SLR_FAILED = 4,
};

typedef struct slr_tls_context slr_tls_context;
typedef struct slr_tls slr_tls;

void slr_free_text(char *text);

// `authority` is a PEM file of trusted certificates, NULL for the system's; `certificate` and `key` are the client's own, or NULL.
slr_tls_context *slr_tls_context_new(const char *authority, const char *certificate, const char *key, char **error);
void slr_tls_context_free(slr_tls_context *context);

// The server's certificate must be for `host`. The descriptor stays the caller's.
slr_tls *slr_tls_new(slr_tls_context *context, int descriptor, const char *host, char **error);
void slr_tls_free(slr_tls *tls);
int32_t slr_tls_handshake(slr_tls *tls, char **error);
int32_t slr_tls_read(slr_tls *tls, void *bytes, size_t capacity, size_t *count, char **error);
int32_t slr_tls_write(slr_tls *tls, const void *bytes, size_t size, size_t *count, char **error);
