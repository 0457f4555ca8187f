// OpenSSL's functions by pointer. Arrow's libparquet brings an OpenSSL of its own and exports it, so that a program which is
// linked to both would call now the one and now the other. Debian's is therefore loaded apart, when TLS is first wanted.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define SLR_OPENSSL(each)              \
  each(ERR_clear_error)                \
  each(ERR_error_string_n)             \
  each(ERR_peek_last_error)            \
  each(SSL_CTX_check_private_key)      \
  each(SSL_CTX_ctrl)                   \
  each(SSL_CTX_free)                   \
  each(SSL_CTX_load_verify_locations)  \
  each(SSL_CTX_new)                    \
  each(SSL_CTX_set_default_verify_paths) \
  each(SSL_CTX_set_verify)             \
  each(SSL_CTX_use_PrivateKey_file)    \
  each(SSL_CTX_use_certificate_chain_file) \
  each(SSL_ctrl)                       \
  each(SSL_do_handshake)               \
  each(SSL_free)                       \
  each(SSL_get0_param)                 \
  each(SSL_get_error)                  \
  each(SSL_get_verify_result)          \
  each(SSL_new)                        \
  each(SSL_read_ex)                    \
  each(SSL_set1_host)                  \
  each(SSL_set_connect_state)          \
  each(SSL_set_fd)                     \
  each(SSL_write_ex)                   \
  each(TLS_client_method)              \
  each(X509_VERIFY_PARAM_set1_ip_asc)  \
  each(X509_verify_cert_error_string)

struct slr_openssl {
#define SLR_MEMBER(name) __typeof__(&name) name;
  SLR_OPENSSL(SLR_MEMBER)
#undef SLR_MEMBER
};

// NULL where there is none, with the loader's words in *problem.
const struct slr_openssl *slr_openssl(const char **problem);
