package org.halftune.backend.cuda.launch;

import java.util.TreeMap;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * The integers that were copied to the memory of a cost model. They decide how much work a few kernels do: which rows are chosen,
 * which tokens are equal, which targets count.
 */
public final class DeviceContents {
    /** By the address of the first; a later table hides what it covers of an earlier one. */
    private final TreeMap<Long, int[]> tables = new TreeMap<>();

    public void put(long address, int[] values) {
        tables.subMap(address, true, address + (long) values.length * Integer.BYTES, false)
                .clear();
        if (values.length > 0) tables.put(address, values);
    }

    /** The integers of a tensor; zeros where none were copied. */
    public int[] of(Tensor tensor) {
        int count = Math.toIntExact(tensor.elements());
        var values = new int[count];
        if (count == 0) return values;
        long address = tensor.memory().address();
        var below = tables.floorKey(address);
        long from = below == null ? address : below;
        tables.subMap(from, true, address + (long) count * Integer.BYTES, false).forEach((start, table) -> {
            long shift = (start - address) / Integer.BYTES; // place of table[0] among the values
            int first = (int) Math.max(0, -shift), last = (int) Math.min(table.length, count - shift);
            if (first < last) System.arraycopy(table, first, values, (int) (first + shift), last - first);
        });
        return values;
    }

    /** A copy from device to device. */
    void copy(Tensor target, Tensor source) {
        var words = new Tensor(DType.I32, Shape.of(source.memory().byteSize() / Integer.BYTES), 1, source.memory());
        put(target.memory().address(), of(words));
    }

    /** Drops the integers of a freed block. */
    public void forget(long address, long bytes) {
        tables.subMap(address, true, address + Math.max(1, bytes), false).clear();
    }
}
