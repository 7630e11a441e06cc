"""Runs a kernel's AArch64 object code: a linker for what kernels need, and the emulator unicorn."""

import struct

import numpy as np

CODE, DATA, STACK, END = 0x100000, 0x10000000, 0x20000000, 0x1000
#: Relocations with a 16-bit part of an address → the shift of that part.
PARTS = {263: 0, 264: 0, 265: 16, 266: 16, 267: 32, 268: 32, 269: 48}
#: Relocations with the lower 12 bits of an address → the shift of what is loaded.
LOW = {277: 0, 278: 0, 284: 1, 285: 2, 286: 3, 299: 4}


def linked(code):
    """Return memory to be put at CODE, and the address of @loop; KeyError for what is elsewhere, such as the C library."""
    (start,) = struct.unpack_from("<Q", code, 0x28)
    (count,) = struct.unpack_from("<H", code, 0x3C)
    sections = [struct.unpack_from("<IIQQQQIIQQ", code, start + 64 * k) for k in range(count)]
    memory, addresses = bytearray(), {}
    for k, (_, kind, flags, _, offset, size, _, _, align, _) in enumerate(sections):
        if flags & 2 and kind == 1:
            memory += bytes(-len(memory) % max(align, 1))
            addresses[k] = CODE + len(memory)
            memory += code[offset : offset + size]
    table = next(s for s in sections if s[1] == 2)
    names = sections[table[6]][4]

    def symbol(k):
        name, _, _, section, value, _ = struct.unpack_from("<IBBHQQ", code, table[4] + 24 * k)
        return code[names + name : code.index(b"\0", names + name)].decode(), section, value

    for _, kind, _, _, offset, size, _, target, _, _ in sections:
        for at in range(offset, offset + size, 24) if kind == 4 and target in addresses else ():
            place, info, addend = struct.unpack_from("<QQq", code, at)
            _, section, value = symbol(info >> 32)
            value += addresses[section] + addend
            where = addresses[target] + place
            (word,) = struct.unpack_from("<I", memory, where - CODE)
            what = info & 0xFFFFFFFF
            if what in PARTS:
                word |= (value >> PARTS[what] & 0xFFFF) << 5
            elif what in LOW:
                word |= (value & 0xFFF) >> LOW[what] << 10
            elif what in (275, 276):
                pages = (value >> 12) - (where >> 12)
                word |= (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
            elif what in (282, 283):
                word |= (value - where) >> 2 & 0x3FFFFFF
            elif what == 261:
                word = (value - where) & 0xFFFFFFFF
            else:
                raise NotImplementedError(f"relocation {what}")
            struct.pack_into("<I", memory, where - CODE, word)
    _, section, value = next(s for s in map(symbol, range(table[5] // 24)) if s[0] == "loop")
    return bytes(memory), addresses[section] + value


def run(code, arrays, sizes, strides, result, control=0):
    """Call @loop on arrays and a place for the result, of a shape and dtype; return it, and FPCR and FPSR afterwards."""
    import unicorn
    from unicorn import arm64_const as arm

    memory, entry = linked(code)
    machine = unicorn.Uc(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
    for start in (CODE, DATA, STACK):
        machine.mem_map(start, 0x400000)
    machine.mem_write(CODE, memory)
    # floating-point instructions are allowed
    machine.reg_write(arm.UC_ARM64_REG_CPACR_EL1, 3 << 20)
    machine.reg_write(arm.UC_ARM64_REG_FPCR, control)
    places, free = [], DATA + 0x1000
    for array in (*arrays, result):
        places.append(free)
        machine.mem_write(free, np.ascontiguousarray(array).tobytes())
        free += -(-array.nbytes // 4096) * 4096
    for at, kind, values in ((DATA, "Q", places), (DATA + 256, "q", sizes), (DATA + 512, "q", strides)):
        machine.mem_write(at, struct.pack(f"<{len(values)}{kind}", *values))
    given = {0: DATA, 1: DATA + 256, 2: DATA + 512, 3: 0}
    for k, value in given.items():
        machine.reg_write(getattr(arm, f"UC_ARM64_REG_X{k}"), value)
    machine.reg_write(arm.UC_ARM64_REG_SP, STACK + 0x3F0000)
    machine.reg_write(arm.UC_ARM64_REG_LR, END)
    machine.emu_start(entry, END)
    found = np.frombuffer(bytes(machine.mem_read(places[-1], result.nbytes)), result.dtype).reshape(result.shape)
    return found, machine.reg_read(arm.UC_ARM64_REG_FPCR), machine.reg_read(arm.UC_ARM64_REG_FPSR)
