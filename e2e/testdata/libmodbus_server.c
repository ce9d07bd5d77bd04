/* A Modbus server by libmodbus: libmodbus_server tcp PORT | rtu DEVICE, the first registers on standard input, as of
   pymodbus_server.py. cc libmodbus_server.c -I/usr/include/modbus -lmodbus */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
	if (argc != 3) return 2;
	modbus_mapping_t *map = modbus_mapping_new(34000, 34000, 34000, 34000);
	char kind;
	int number, value;
	while (scanf(" %c %d %d", &kind, &number, &value) == 3) {
		if (kind == 'h') map->tab_registers[number] = value;
		if (kind == 'i') map->tab_input_registers[number] = value;
		if (kind == 'c') map->tab_bits[number] = value;
		if (kind == 'd') map->tab_input_bits[number] = value;
	}
	int tcp = strcmp(argv[1], "tcp") == 0, listening = -1;
	modbus_t *m = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2])) : modbus_new_rtu(argv[2], 9600, 'N', 8, 1);
	if (m == NULL || modbus_set_slave(m, 1) != 0) return 3;
	if (tcp && (listening = modbus_tcp_listen(m, 1)) < 0) return 4;
	if (!tcp && modbus_connect(m) != 0) return 5;
	for (;;) {
		if (tcp && modbus_tcp_accept(m, &listening) < 0) return 6;
		for (;;) {
			uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
			int n = modbus_receive(m, request);
			if (n > 0) modbus_reply(m, request, n, map);
			if (n < 0 && tcp) break;
		}
		modbus_close(m);
	}
}
