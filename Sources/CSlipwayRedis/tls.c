#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openssl.h"
#include "slipway_redis.h"

struct slr_tls_context {
  const struct slr_openssl *ssl;
  SSL_CTX *own;
};

struct slr_tls {
  const struct slr_openssl *ssl;
  SSL *own;
};

void slr_free_text(char *text) { free(text); }

// Takes the last error of this thread's queue as the reason.
static void report(const struct slr_openssl *ssl, const char *what, char **error) {
  char reason[256] = "unknown reason";
  unsigned long code = ssl->ERR_peek_last_error();
  if (code != 0) ssl->ERR_error_string_n(code, reason, sizeof reason);
  ssl->ERR_clear_error();
  if (error == NULL) return;
  size_t size = strlen(what) + strlen(reason) + 3;
  *error = malloc(size);
  if (*error != NULL) snprintf(*error, size, "%s: %s", what, reason);
}

slr_tls_context *slr_tls_context_new(const char *authority, const char *certificate, const char *key, char **error) {
  const char *reason = NULL;
  const struct slr_openssl *ssl = slr_openssl(&reason);
  if (ssl == NULL) {
    if (error != NULL) *error = strdup(reason);
    return NULL;
  }
  ssl->ERR_clear_error();
  slr_tls_context *context = calloc(1, sizeof *context);
  SSL_CTX *own = context == NULL ? NULL : ssl->SSL_CTX_new(ssl->TLS_client_method());
  if (own == NULL) {
    free(context);
    report(ssl, "no memory for TLS", error);
    return NULL;
  }
  context->ssl = ssl;
  context->own = own;
  ssl->SSL_CTX_ctrl(own, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
  ssl->SSL_CTX_set_verify(own, SSL_VERIFY_PEER, NULL);
  ssl->SSL_CTX_ctrl(own, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
  const char *problem = NULL;
  if (authority != NULL ? ssl->SSL_CTX_load_verify_locations(own, authority, NULL) != 1
                        : ssl->SSL_CTX_set_default_verify_paths(own) != 1) {
    problem = "the authorities cannot be read";
  } else if (certificate != NULL && ssl->SSL_CTX_use_certificate_chain_file(own, certificate) != 1) {
    problem = "the client certificate cannot be read";
  } else if (key != NULL && ssl->SSL_CTX_use_PrivateKey_file(own, key, SSL_FILETYPE_PEM) != 1) {
    problem = "the client key cannot be read";
  } else if (certificate != NULL && ssl->SSL_CTX_check_private_key(own) != 1) {
    problem = "the client key is not the certificate's";
  }
  if (problem != NULL) {
    report(ssl, problem, error);
    slr_tls_context_free(context);
    return NULL;
  }
  return context;
}

void slr_tls_context_free(slr_tls_context *context) {
  if (context == NULL) return;
  context->ssl->SSL_CTX_free(context->own);
  free(context);
}

slr_tls *slr_tls_new(slr_tls_context *context, int descriptor, const char *host, char **error) {
  const struct slr_openssl *ssl = context->ssl;
  ssl->ERR_clear_error();
  slr_tls *tls = calloc(1, sizeof *tls);
  SSL *own = tls == NULL ? NULL : ssl->SSL_new(context->own);
  if (own == NULL || ssl->SSL_set_fd(own, descriptor) != 1) {
    report(ssl, "no memory for TLS", error);
    ssl->SSL_free(own);
    free(tls);
    return NULL;
  }
  tls->ssl = ssl;
  tls->own = own;
  // An address is in a certificate under another name than a host, and is not sent as one.
  if (ssl->X509_VERIFY_PARAM_set1_ip_asc(ssl->SSL_get0_param(own), host) != 1) {
    ssl->ERR_clear_error();
    if (ssl->SSL_set1_host(own, host) != 1 || ssl->SSL_ctrl(own, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)host) != 1) {
      report(ssl, "the host's name cannot be used", error);
      slr_tls_free(tls);
      return NULL;
    }
  }
  ssl->SSL_set_connect_state(own);
  return tls;
}

void slr_tls_free(slr_tls *tls) {
  if (tls == NULL) return;
  tls->ssl->SSL_free(tls->own);
  free(tls);
}

static int32_t status(slr_tls *tls, int result, const char *what, char **error) {
  const struct slr_openssl *ssl = tls->ssl;
  switch (ssl->SSL_get_error(tls->own, result)) {
    case SSL_ERROR_WANT_READ:
      return SLR_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
      return SLR_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
      return SLR_CLOSED;
    case SSL_ERROR_SYSCALL:
      if (ssl->ERR_peek_last_error() == 0) return SLR_CLOSED;
      break;
    default:
      break;
  }
  long verified = ssl->SSL_get_verify_result(tls->own);
  if (verified != X509_V_OK && error != NULL) {
    ssl->ERR_clear_error();
    *error = strdup(ssl->X509_verify_cert_error_string(verified));
  } else {
    report(ssl, what, error);
  }
  return SLR_FAILED;
}

int32_t slr_tls_handshake(slr_tls *tls, char **error) {
  const struct slr_openssl *ssl = tls->ssl;
  ssl->ERR_clear_error();
  int result = ssl->SSL_do_handshake(tls->own);
  return result == 1 ? SLR_DONE : status(tls, result, "the TLS handshake failed", error);
}

int32_t slr_tls_read(slr_tls *tls, void *bytes, size_t capacity, size_t *count, char **error) {
  const struct slr_openssl *ssl = tls->ssl;
  ssl->ERR_clear_error();
  *count = 0;
  int result = ssl->SSL_read_ex(tls->own, bytes, capacity, count);
  return result == 1 ? SLR_DONE : status(tls, result, "reading over TLS failed", error);
}

int32_t slr_tls_write(slr_tls *tls, const void *bytes, size_t size, size_t *count, char **error) {
  const struct slr_openssl *ssl = tls->ssl;
  ssl->ERR_clear_error();
  *count = 0;
  int result = ssl->SSL_write_ex(tls->own, bytes, size, count);
  return result == 1 ? SLR_DONE : status(tls, result, "writing over TLS failed", error);
}
