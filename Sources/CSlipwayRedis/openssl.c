#define _GNU_SOURCE
#include "openssl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct slr_openssl functions;
static char missing[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  // Deep: its own parts find each other before anybody else's of the same name.
  void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == NULL) {
    snprintf(missing, sizeof missing, "%s", dlerror());
    return;
  }
#define SLR_FIND(name)                                                            \
  *(void **)&functions.name = dlsym(library, #name);                              \
  if (functions.name == NULL) snprintf(missing, sizeof missing, "no %s", #name);
  SLR_OPENSSL(SLR_FIND)
#undef SLR_FIND
}

const struct slr_openssl *slr_openssl(const char **problem) {
  pthread_once(&once, load);
  *problem = missing;
  return missing[0] == '\0' ? &functions : NULL;
}
