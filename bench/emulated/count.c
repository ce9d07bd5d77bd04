// A plugin of qemu's user emulation that counts the instructions a program executes, of all its threads, in a file of eight bytes that
// others map: `qemu-arm -plugin count.so,to=FILE PROGRAM`. A count, unlike a time, is not changed by what else the machine does.
//
// Debian has no header of this interface: what is used of it is declared here, as version 1 (qemu 6 to 8) has it.
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*cb)(unsigned, void *), int flags, void *data);

int qemu_plugin_version = 1;

static uint64_t *count;

// executed is called before each execution of a block of n instructions.
static void executed(unsigned cpu, void *n) {
  (void)cpu;
  __atomic_fetch_add(count, (uint64_t)(uintptr_t)n, __ATOMIC_RELAXED);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, (void *)(uintptr_t)qemu_plugin_tb_n_insns(tb));
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
  (void)info;
  if (argc != 1 || strncmp(argv[0], "to=", 3) != 0)
    return 1;
  int file = open(argv[0] + 3, O_RDWR);
  if (file < 0)
    return 1;
  count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (count == MAP_FAILED)
    return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
