package org.halftune.source;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * The header of a Parquet page (parquet.thrift, {@code PageHeader}; Thrift's compact protocol).
 *
 * @param bytes size of the header
 * @param compressed size of the page that follows the header
 * @param values number of values of a data page; 0 for a dictionary page
 */
record PageHeader(long bytes, long compressed, long values) {

    /** @throws IndexOutOfBoundsException if the header is invalid or ends after {@code file} */
    static PageHeader at(MemorySegment file, long position) {
        var cursor = new Cursor(file, position);
        var fields = cursor.struct(0);
        long type = fields.getOrDefault(1, -1L);
        long values = fields.getOrDefault(type == 0 ? 501 : 801, 0L);
        if (type < 0 || type > 3 || values < 0) throw new IndexOutOfBoundsException("invalid page type " + type);
        return new PageHeader(cursor.at - position, fields.getOrDefault(3, -1L), type == 2 ? 0 : values);
    }

    /** Reads the integers of a struct and of nested structs: field 1 of the struct in field 5 gets the number 501. */
    private static final class Cursor {
        private final MemorySegment file;
        private long at;

        Cursor(MemorySegment file, long at) {
            this.file = file;
            this.at = at;
        }

        Map<Integer, Long> struct(int depth) {
            if (depth > 8) throw new IndexOutOfBoundsException("the page header's structs are nested too deeply");
            var fields = new HashMap<Integer, Long>();
            int id = 0;
            for (int head = next(); head != 0; head = next()) {
                id = head >>> 4 == 0 ? (int) integer() : id + (head >>> 4);
                value(head & 15, id, depth, fields);
            }
            return fields;
        }

        private void value(int type, int id, int depth, Map<Integer, Long> fields) {
            switch (type) {
                case 1, 2 -> {} // the type is the value
                case 3 -> skip(1);
                case 4, 5, 6 -> fields.put(id, integer());
                case 7 -> skip(8);
                case 8 -> skip(unsigned());
                case 12 -> struct(depth + 1).forEach((inner, value) -> fields.put(100 * id + inner, value));
                default -> throw new IndexOutOfBoundsException("the page header has a field of type " + type);
            }
        }

        private int next() {
            return file.get(ValueLayout.JAVA_BYTE, at++) & 0xFF;
        }

        private void skip(long bytes) {
            if (bytes < 0 || bytes > file.byteSize() - at)
                throw new IndexOutOfBoundsException("the page header has a field of " + bytes + " bytes");
            at += bytes;
        }

        private long unsigned() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = next();
                value |= (long) (next & 127) << shift;
                if (next < 128) return value;
            }
            throw new IndexOutOfBoundsException("the page header has a number of more than 10 bytes");
        }

        /** Decodes ZigZag: the sign is the last bit. */
        private long integer() {
            long value = unsigned();
            return (value >>> 1) ^ -(value & 1);
        }
    }
}
