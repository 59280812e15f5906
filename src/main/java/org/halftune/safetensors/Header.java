package org.halftune.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of a safetensors file, fully validated:
 *
 * <pre>
 *   8 bytes   n, the length of the header, little-endian
 *   n bytes   JSON: {"__metadata__": {"format": "pt"}, NAME: {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, …}
 *   the rest  the elements, each tensor at its offsets, without holes or overlaps
 * </pre>
 *
 * <p>As in the reference implementation, the header may have at most 100 MB and no duplicate keys, and the tensors must
 * cover the rest of the file exactly. So truncated or manipulated files are found before an element is read.
 *
 * @param metadata the strings under {@code __metadata__}
 * @param tensors in file order
 * @param foreign tensors of unsupported types; only their offsets are checked
 * @param dataStart file position of data offset 0
 */
record Header(Map<String, String> metadata, List<Placed> tensors, List<ForeignTensor> foreign, long dataStart) {
    static final int LENGTH_BYTES = 8;
    static final long MAX_BYTES = 100_000_000;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String DAMAGED = "the file is damaged or incomplete: download it again";

    /** A tensor with its offsets, in bytes from {@code dataStart}. */
    record Placed(TensorInfo info, long begin, long end) {}

    /** The offsets of any tensor, in bytes from {@code dataStart}. */
    private record Extent(String name, long begin, long end) {}

    /**
     * Reads and checks the header.
     *
     * @param content the whole file
     * @throws InputError if the header is invalid
     */
    static Header parse(Path file, MemorySegment content) {
        long size = content.byteSize();
        if (size < LENGTH_BYTES) {
            throw error(
                    file,
                    "the file has only " + (size == 1 ? "1 byte" : size + " bytes")
                            + ", too few for a safetensors file",
                    DAMAGED);
        }
        long length = content.get(LENGTH, 0);
        if (length < 0 || length > MAX_BYTES) {
            throw error(
                    file,
                    "the header length is " + Long.toUnsignedString(length) + " bytes; the limit is " + MAX_BYTES,
                    "check that this is a safetensors file, and download it again");
        }
        if (length > size - LENGTH_BYTES) {
            throw error(
                    file,
                    "the header length is " + length + " bytes, but only " + (size - LENGTH_BYTES) + " bytes follow",
                    DAMAGED);
        }
        byte[] text = content.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        ObjectNode json = StrictJson.parse(text, file + ", header");
        long dataStart = LENGTH_BYTES + length;
        Map<String, String> metadata = Map.of();
        var tensors = new ArrayList<Placed>();
        var foreign = new ArrayList<ForeignTensor>();
        var extents = new ArrayList<Extent>();
        for (var property : json.properties()) {
            String name = property.getKey();
            if (name.equals("__metadata__")) {
                metadata = metadata(file, property.getValue());
                continue;
            }
            ObjectNode description = description(file, name, property.getValue());
            Optional<DType> dtype = dtype(file, name, description.path("dtype"));
            var shape = Shape.of(longs(file, name, "shape", description.path("shape")));
            Extent extent = extent(file, name, description);
            extents.add(extent);
            if (dtype.isPresent()) tensors.add(tensor(file, new TensorInfo(name, dtype.get(), shape), extent));
            else foreign.add(new ForeignTensor(name, description.path("dtype").stringValue(), shape));
        }
        tensors.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
        extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
        checkCoverage(file, extents, size - dataStart);
        return new Header(metadata, List.copyOf(tensors), List.copyOf(foreign), dataStart);
    }

    private static Map<String, String> metadata(Path file, JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw error(file, "__metadata__ is " + StrictJson.kind(json) + ", not an object", DAMAGED);
        }
        var metadata = new TreeMap<String, String>();
        for (var property : object.properties()) {
            if (!property.getValue().isString()) {
                throw error(file, "__metadata__." + property.getKey() + " is not a string", DAMAGED);
            }
            metadata.put(property.getKey(), property.getValue().stringValue());
        }
        return Map.copyOf(metadata);
    }

    private static ObjectNode description(Path file, String name, JsonNode json) {
        if (json instanceof ObjectNode object) return object;
        throw error(file, "the entry of " + name + " is " + StrictJson.kind(json) + ", not an object", DAMAGED);
    }

    private static Extent extent(Path file, String name, ObjectNode object) {
        long[] offsets = longs(file, name, "data_offsets", object.path("data_offsets"));
        if (offsets.length == 2 && offsets[0] <= offsets[1]) return new Extent(name, offsets[0], offsets[1]);
        throw error(
                file,
                name + " has data_offsets " + object.path("data_offsets") + ", which is not a start and an end offset",
                DAMAGED);
    }

    private static Placed tensor(Path file, TensorInfo info, Extent extent) {
        String name = info.name();
        long bytes;
        try {
            bytes = info.bytes();
        } catch (ArithmeticException e) {
            throw error(file, name + " has shape " + info.shape() + ", which is too large for a file", DAMAGED);
        }
        if (bytes != extent.end - extent.begin) {
            throw error(
                    file,
                    name + " of shape " + info.shape() + " in " + info.dtype() + " needs " + bytes
                            + " bytes, but its data_offsets [" + extent.begin + "," + extent.end + "] have "
                            + (extent.end - extent.begin),
                    DAMAGED);
        }
        return new Placed(info, extent.begin, extent.end);
    }

    /** Empty for an unsupported type. */
    private static Optional<DType> dtype(Path file, String name, JsonNode json) {
        if (!json.isString()) throw error(file, name + " has no dtype", DAMAGED);
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(json.stringValue()))
                .findFirst();
    }

    private static long[] longs(Path file, String name, String field, JsonNode json) {
        if (!json.isArray()) throw error(file, name + " has no " + field + " list", DAMAGED);
        var values = new long[json.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = json.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw error(
                        file, name + " has " + field + " " + json + "; each must be an integer of at least 0", DAMAGED);
            }
            values[i] = value.longValue();
        }
        return values;
    }

    /** Checks that the tensors, sorted by start, cover the data without gap or overlap. */
    private static void checkCoverage(Path file, List<Extent> tensors, long dataBytes) {
        long end = 0;
        String previous = "the header";
        for (var tensor : tensors) {
            if (tensor.end > dataBytes) {
                throw error(
                        file,
                        tensor.name + " ends at byte " + tensor.end + " of the data, but only " + dataBytes
                                + " bytes exist",
                        DAMAGED);
            }
            if (tensor.begin != end) {
                String relation = tensor.begin < end ? " overlaps " : " leaves a gap after ";
                throw error(
                        file,
                        tensor.name + relation + previous + ": it starts at byte " + tensor.begin + ", not at " + end,
                        DAMAGED);
            }
            end = tensor.end;
            previous = tensor.name;
        }
        if (end != dataBytes) {
            throw error(
                    file,
                    (dataBytes - end == 1 ? "1 byte follows" : (dataBytes - end) + " bytes follow")
                            + " the last tensor, " + previous + ", and belong to no tensor",
                    DAMAGED);
        }
    }

    private static InputError error(Path file, String what, String fix) {
        return new InputError(what, file.toString(), fix);
    }
}
