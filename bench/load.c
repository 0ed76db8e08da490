// The load of the registry's benchmark: one thread, epoll, one request in
// flight on each connection.
//
//   load HOST PORT register|set MODE CONNECTIONS SECONDS KEYS
//
// kept   every connection stays open and asks again when its reply is whole
// fresh  every request opens a connection and closes it after the reply
// reset  the same, but closes with a reset (SO_LINGER 0), which leaves no
//        TIME_WAIT behind and which the server sees as an error
// fill   registers user0 ... user<KEYS-1> once each, BATCH requests a write,
//        and ends when all are answered (SECONDS is not used)
//
// Connection i of N comes from 127.0.0.<1+i> and asks for IDs of its own,
// k % N == i, at random: an ID always comes from one address, as the registry
// wants it, and with 28,000 source ports for each of the addresses none is
// waited for or searched for long, however many connections are closed.
//
// Every byte of every reply is compared with the one expected; a wrong byte,
// an early close or ten seconds of silence end the run with exit code 1. One
// JSON line is printed at the end.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, MESSAGE = 128, MOST = 250, SILENCE_MS = 10000 };
enum mode { KEPT, FRESH, RESET, FILL };
static const char *const mode_names[] = {"kept", "fresh", "reset", "fill"};

struct connection {
  int fd;
  uint64_t next_key;          // of a fill
  size_t expected, received;  // bytes of the reply to what is in flight
  int requests;               // how many requests that reply answers
  char reply[BATCH * MESSAGE];
};

static struct sockaddr_in server;
static enum mode mode;
static int speaks_redis, epoll, count;
static struct connection connections[MOST];
static uint64_t keys, answered, random_state = 88172645463325252ull;

static void fail(const char *what) {
  fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "",
          errno ? strerror(errno) : "");
  exit(1);
}

// One of the keys that belong to connection i, each as likely (xorshift64).
static uint64_t random_key(int i) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return i + random_state % ((keys - i + count - 1) / count) * count;
}

// Appends a request at *sent and the reply that must follow it at *expected,
// and moves both on; each is shorter than MESSAGE.
static void compose(uint64_t key, char *request, size_t *sent, char *reply,
                    size_t *expected) {
  char id[32];
  int length = sprintf(id, "user%llu", (unsigned long long)key);
  if (speaks_redis) {
    *sent += sprintf(request + *sent,
                     "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$14\r\n127.0.0.1:5556\r\n",
                     length, id);
    *expected += sprintf(reply + *expected, "+OK\r\n");
  } else {
    const char *lines = "\r\nclientID: %s\r\nIP: 127.0.0.1\r\nPort: 5556\r\n\r\n";
    *sent += sprintf(request + *sent, "REGISTER");
    *sent += sprintf(request + *sent, lines, id);
    *expected += sprintf(reply + *expected, "REGACK");
    *expected += sprintf(reply + *expected, lines, id);
  }
}

static void ask(struct connection *c) {
  char request[BATCH * MESSAGE];
  size_t sent = 0;
  c->expected = c->received = c->requests = 0;
  if (mode != FILL) {
    compose(random_key(c - connections), request, &sent, c->reply, &c->expected);
    c->requests = 1;
  }
  while (mode == FILL && c->requests < BATCH && c->next_key < keys) {
    compose(c->next_key, request, &sent, c->reply, &c->expected);
    c->next_key += count;
    c->requests++;
  }
  errno = 0;
  if (sent && send(c->fd, request, sent, MSG_NOSIGNAL) != (ssize_t)sent)
    fail("send");
}

// Blocking: on loopback the kernel completes the connection on its own, so
// this does not wait for the server's accept.
static void dial(struct connection *c) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  struct linger reset = {.l_onoff = mode == RESET, .l_linger = 0};
  struct sockaddr_in source = {.sin_family = AF_INET};
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (c - connections));
  int on = 1;
  if ((c->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) fail("socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(c->fd, (struct sockaddr *)&source, sizeof source)) fail("bind");
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server)) fail("connect");
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event)) fail("epoll_ctl");
}

// Reads what has come; when the reply is whole, sends the next request.
static void hear(struct connection *c) {
  char chunk[BATCH * MESSAGE];
  errno = 0;
  ssize_t n = recv(c->fd, chunk, sizeof chunk, 0);
  if (n <= 0) fail("closed before the whole reply");
  if (c->received + n > c->expected ||
      memcmp(chunk, c->reply + c->received, n)) {
    fprintf(stderr, "load: wrong reply: %.*s\n", (int)n, chunk);
    exit(1);
  }
  c->received += n;
  if (c->received < c->expected) return;
  answered += c->requests;
  if (mode == FRESH || mode == RESET) {
    close(c->fd);
    dial(c);
  }
  ask(c);
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec +
         (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: load HOST PORT register|set "
                    "kept|fresh|reset|fill CONNECTIONS SECONDS KEYS\n");
    return 2;
  }
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(argv[2]));
  if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) fail("bad HOST");
  speaks_redis = !strcmp(argv[3], "set");
  while (strcmp(argv[4], mode_names[mode]))
    if (mode++ == FILL) fail("bad MODE");
  count = atoi(argv[5]);
  double seconds = atof(argv[6]);
  keys = strtoull(argv[7], 0, 10);

  if (count < 1 || count > MOST || keys < (uint64_t)count)
    fail("CONNECTIONS must be 1 to 250, and no more than KEYS");
  if ((epoll = epoll_create1(0)) < 0) fail("epoll_create1");
  for (int i = 0; i < count; i++) {
    connections[i].next_key = i;
    dial(&connections[i]);
  }

  double start = now(CLOCK_MONOTONIC), cpu = cpu_seconds(), elapsed = 0;
  for (int i = 0; i < count; i++) ask(&connections[i]);
  while (mode == FILL ? answered < keys : elapsed < seconds) {
    struct epoll_event events[MOST];
    errno = 0;
    int n = epoll_wait(epoll, events, MOST, SILENCE_MS);
    if (n <= 0) fail("no reply");
    for (int i = 0; i < n; i++) hear(events[i].data.ptr);
    elapsed = now(CLOCK_MONOTONIC) - start;
  }
  printf("{\"requests\":%llu,\"seconds\":%.3f,\"perSecond\":%.0f,"
         "\"cpuSeconds\":%.3f}\n",
         (unsigned long long)answered, elapsed, answered / elapsed,
         cpu_seconds() - cpu);
  return 0;
}
