// Load for an HTTP/1.1 server from one thread: one POST again and again over kept connections.
//
//   generator PORT PATH BODY CONNECTIONS RATE SECONDS [random] [retries=N] [all]
//
// RATE 0: closed loop, every connection sends its next request when the answer is there. Else open loop: RATE requests a second, evenly
// or at random intervals (Poisson), whether or not answers come; a request that finds no connection free waits for one, and its time
// counts from when it was due. A request that failed (no answer, or another than 200) is sent again up to N times, ahead of those that
// wait. Requests that still wait at the end are not sent; with `all`, they are, within ten seconds more. Prints one JSON object: answers
// by status, those with scores that came within the time (`in_time`), errors, requests that failed at first (`failed`) and to the last
// (`lost`), and times in milliseconds of the answers 200 and of refusals (429, 450, 503).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, STATUSES = 600 };

typedef struct {
  int socket;
  double due;         // when its request should have been sent; negative while it has none
  int tries;          // how often its request was sent before
  size_t sent;        // bytes of the request
  size_t received;    // bytes in `buffer`
  size_t need;        // bytes of the whole answer; 0 while its head is not there
  char buffer[BUFFER];
} Connection;

// A request that has no connection yet.
typedef struct {
  double due;
  int tries;
} Request;

// Requests in the order in which they are sent.
typedef struct {
  Request *requests;
  size_t first, count;
} Ring;

enum { RING = 1 << 20 };

typedef struct {
  float *times;
  size_t count, room;
} Times;

static char *request;
static size_t request_size;
static int port, poll_set, retries;
static long by_status[STATUSES], errors, failed, lost, in_time;
static double end;
static Ring again;
static Times good, refused;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void add(Times *times, double seconds) {
  if (times->count == times->room) {
    times->room = times->room ? times->room * 2 : 1 << 16;
    times->times = realloc(times->times, times->room * sizeof(float));
    if (!times->times) fail("memory");
  }
  times->times[times->count++] = (float)(seconds * 1e3);
}

static void append(Ring *ring, double due, int tries) {
  if (ring->count == RING) fail("too many requests wait");
  ring->requests[(ring->first + ring->count++) % RING] = (Request){due, tries};
}

static Request take(Ring *ring) {
  ring->count--;
  return ring->requests[ring->first++ % RING];
}

// The connection's request has had its turn; without a good answer it may have another.
static void finish(Connection *connection, int is_good) {
  if (!is_good) {
    failed += connection->tries == 0;
    if (connection->tries < retries) {
      append(&again, connection->due, connection->tries + 1);
    } else {
      lost++;
    }
  }
  connection->due = -1;
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void print(const char *name, Times *times) {
  qsort(times->times, times->count, sizeof(float), by_value);
  printf(", \"%s\": {\"count\": %zu", name, times->count);
  static const double shares[] = {0.5, 0.9, 0.99, 0.999, 1};
  static const char *names[] = {"p50", "p90", "p99", "p999", "max"};
  for (int i = 0; i < 5 && times->count; i++) {
    size_t place = (size_t)(shares[i] * times->count);
    printf(", \"%s\": %.3f", names[i], times->times[place < times->count ? place : times->count - 1]);
  }
  printf("}");
}

static void open_connection(Connection *connection) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  connection->socket = socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(poll_set, EPOLL_CTL_ADD, connection->socket, &event)) fail("epoll");
  connection->due = -1;
}

static void want(Connection *connection, int events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(poll_set, EPOLL_CTL_MOD, connection->socket, &event);
}

static void broken(Connection *connection) {
  if (connection->due >= 0) {
    errors++;
    finish(connection, 0);
  }
  close(connection->socket);
  open_connection(connection);
}

static void push(Connection *connection) {
  while (connection->sent < request_size) {
    ssize_t count = send(connection->socket, request + connection->sent, request_size - connection->sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return want(connection, EPOLLIN | EPOLLOUT);
    if (count < 0) return broken(connection);
    connection->sent += count;
  }
  want(connection, EPOLLIN);
}

static void start(Connection *connection, Request next) {
  connection->due = next.due;
  connection->tries = next.tries;
  connection->sent = connection->received = connection->need = 0;
  push(connection);
}

static void receive(Connection *connection) {
  while (1) {
    ssize_t count =
        recv(connection->socket, connection->buffer + connection->received, BUFFER - connection->received - 1, 0);
    if (count < 0 && errno == EAGAIN) return;
    // Nobody asked: the end of a connection that was idle for long may come with words.
    if (count <= 0 || connection->due < 0) return broken(connection);
    connection->received += count;
    if (!connection->need) {
      char *end = memmem(connection->buffer, connection->received, "\r\n\r\n", 4);
      if (!end) continue;
      *end = 0;
      char *length = strcasestr(connection->buffer, "\r\ncontent-length:");
      connection->need = end + 4 - connection->buffer + (length ? strtoul(length + 17, 0, 10) : 0);
      if (connection->need >= BUFFER) {
        fprintf(stderr, "the answers are too long\n");
        exit(1);
      }
    }
    if (connection->received < connection->need) continue;
    int status = atoi(connection->buffer + 9);
    if (status > 0 && status < STATUSES) by_status[status]++;
    if (status == 200) {
      double time = now();
      add(&good, time - connection->due);
      in_time += time <= end;
    }
    if (status == 429 || status == 450 || status == 503) add(&refused, now() - connection->due);
    finish(connection, status == 200);
    if (strcasestr(connection->buffer, "\r\nconnection: close")) {
      close(connection->socket);
      open_connection(connection);
    }
    return;
  }
}

static void read_request(const char *path, const char *file_name) {
  FILE *file = fopen(file_name, "rb");
  if (!file) fail(file_name);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  request = malloc(size + 1024);
  int head = snprintf(request, 1024, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %ld\r\n\r\n", path, size);
  if (fread(request + head, 1, size, file) != (size_t)size) fail(file_name);
  request_size = head + size;
  fclose(file);
}

int main(int count, char **arguments) {
  int is_random = 0, sends_all = 0, are_known = count >= 7;
  for (int i = 7; i < count; i++) {
    if (strcmp(arguments[i], "random") == 0) {
      is_random = 1;
    } else if (strcmp(arguments[i], "all") == 0) {
      sends_all = 1;
    } else if (strncmp(arguments[i], "retries=", 8) == 0) {
      retries = atoi(arguments[i] + 8);
    } else {
      are_known = 0;
    }
  }
  if (!are_known) {
    fprintf(stderr, "usage: generator PORT PATH BODY CONNECTIONS RATE SECONDS [random] [retries=N] [all]\n");
    return 2;
  }
  port = atoi(arguments[1]);
  read_request(arguments[2], arguments[3]);
  int connections = atoi(arguments[4]);
  double rate = atof(arguments[5]), seconds = atof(arguments[6]);
  poll_set = epoll_create1(0);
  Connection *all = calloc(connections, sizeof(Connection));
  Connection **idle = calloc(connections, sizeof(Connection *));
  int idle_count = 0;
  for (int i = 0; i < connections; i++) {
    open_connection(&all[i]);
    idle[idle_count++] = &all[i];
  }
  srand48(1);
  double begin = now(), next = begin;
  end = begin + seconds;
  Ring due = {.requests = malloc(RING * sizeof(Request))};
  again.requests = malloc(RING * sizeof(Request));
  if (!due.requests || !again.requests) fail("memory");
  struct epoll_event events[256];
  long sent = 0;
  while (1) {
    double time = now();
    if (time >= end && ((idle_count == connections && !again.count && !(sends_all && due.count)) || time >= end + 10)) break;
    while (rate > 0 && next <= time && next < end) {
      append(&due, next, 0);
      next += (is_random ? -log(1 - drand48()) : 1) / rate;
      sent++;
    }
    while (idle_count && (again.count || (rate == 0 ? time < end : due.count && (sends_all || time < end)))) {
      Request one = {.due = time};
      if (again.count) {
        one = take(&again);
      } else if (rate > 0) {
        one = take(&due);
      } else {
        sent++;
      }
      Connection *connection = idle[--idle_count];
      start(connection, one);
      if (connection->due < 0) idle[idle_count++] = connection;
    }
    struct timespec pause = {.tv_nsec = 50000000};
    if (rate > 0 && next < end && next - time < 0.05) pause.tv_nsec = next > time ? (long)((next - time) * 1e9) : 0;
    int ready = epoll_pwait2(poll_set, events, 256, &pause, 0);
    for (int i = 0; i < ready; i++) {
      Connection *connection = events[i].data.ptr;
      int had = connection->due >= 0;
      if (had && events[i].events & EPOLLOUT) push(connection);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
      if (had && connection->due < 0) idle[idle_count++] = connection;
    }
  }
  double taken = now() - begin;
  printf("{\"seconds\": %.3f, \"sent\": %ld, \"unsent\": %zu, \"errors\": %ld, \"failed\": %ld, \"lost\": %ld, "
         "\"in_time\": %ld, \"statuses\": {",
         taken < seconds ? taken : seconds, sent, due.count + again.count, errors, failed, lost, in_time);
  const char *comma = "";
  for (int i = 0; i < STATUSES; i++) {
    if (by_status[i]) printf("%s\"%d\": %ld", comma, i, by_status[i]), comma = ", ";
  }
  printf("}");
  print("ok", &good);
  print("refused", &refused);
  printf("}\n");
  return 0;
}
