"""A Modbus server by pymodbus: pymodbus_server.py tcp PORT | rtutcp PORT | rtu DEVICE, the first registers on standard input.

Lines "h REGISTER VALUE" (holding), "i" (input), "c" (coil), "d" (discrete input). Registers 0 to 33999 exist, unit 1."""
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer

tables = {kind: [0] * 34000 for kind in "hicd"}
for line in sys.stdin:
    kind, register, value = line.split()
    tables[kind][int(register)] = int(value)
unit = ModbusSlaveContext(
    hr=ModbusSequentialDataBlock(0, tables["h"]), ir=ModbusSequentialDataBlock(0, tables["i"]),
    co=ModbusSequentialDataBlock(0, tables["c"]), di=ModbusSequentialDataBlock(0, tables["d"]), zero_mode=True)
context = ModbusServerContext(slaves={1: unit}, single=False)
how, where = sys.argv[1:]
if how == "tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(where)))
elif how == "rtutcp":
    StartTcpServer(context=context, framer=ModbusRtuFramer, address=("127.0.0.1", int(where)))
else:
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=where, baudrate=9600, ignore_missing_slaves=True)
