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
 * The head of a safetensors file, checked in full:
 *
 * <pre>
 *   8 bytes   n, the length of the header, little-endian
 *   n bytes   JSON: {"__metadata__": {"format": "pt"}, NAME: {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, …}
 *   the rest  the elements, each tensor at its offsets, without holes or overlaps
 * </pre>
 *
 * <p>As in the reference implementation, the header may not exceed 100 MB, no key may stand twice, and the tensors must
 * cover the rest of the file exactly: a truncated or doctored file is found before an element is read.
 *
 * @param metadata the strings under {@code __metadata__}
 * @param tensors by position in the file
 * @param foreign tensors of types that Halftune does not compute with; of these only the place is checked
 * @param dataStart position of offset 0 in the file
 */
record Header(Map<String, String> metadata, List<Placed> tensors, List<ForeignTensor> foreign, long dataStart) {
    static final int LENGTH_BYTES = 8;
    static final long MAX_BYTES = 100_000_000;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String DAMAGED = "the file is damaged or was not downloaded whole; fetch it again";

    /** A tensor and where its elements lie, in bytes from {@code dataStart}. */
    record Placed(TensorInfo info, long begin, long end) {}

    /** Where any tensor lies, in bytes from {@code dataStart}. */
    private record Extent(String name, long begin, long end) {}

    /**
     * Reads and checks the header.
     *
     * @param content the whole file
     * @throws InputError if anything in it does not hold
     */
    static Header parse(Path file, MemorySegment content) {
        long size = content.byteSize();
        if (size < LENGTH_BYTES) {
            throw error(
                    file,
                    "the file has " + (size == 1 ? "1 byte" : size + " bytes") + ", too few for a safetensors file",
                    DAMAGED);
        }
        long length = content.get(LENGTH, 0);
        if (length < 0 || length > MAX_BYTES) {
            throw error(
                    file,
                    "the file says that its header has " + Long.toUnsignedString(length) + " bytes; at most "
                            + MAX_BYTES + " are allowed",
                    "check that this is a safetensors file; if so, fetch it again");
        }
        if (length > size - LENGTH_BYTES) {
            throw error(
                    file,
                    "the file says that its header has " + length + " bytes, but only " + (size - LENGTH_BYTES)
                            + " follow",
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
        throw error(file, name + " is described by " + StrictJson.kind(json) + ", not by an object", DAMAGED);
    }

    private static Extent extent(Path file, String name, ObjectNode object) {
        long[] offsets = longs(file, name, "data_offsets", object.path("data_offsets"));
        if (offsets.length == 2 && offsets[0] <= offsets[1]) return new Extent(name, offsets[0], offsets[1]);
        throw error(
                file,
                name + " has data_offsets " + object.path("data_offsets") + ", not a begin and an end after it",
                DAMAGED);
    }

    private static Placed tensor(Path file, TensorInfo info, Extent extent) {
        String name = info.name();
        long bytes;
        try {
            bytes = info.bytes();
        } catch (ArithmeticException e) {
            throw error(file, name + " has shape " + info.shape() + ", more elements than a file can hold", DAMAGED);
        }
        if (bytes != extent.end - extent.begin) {
            throw error(
                    file,
                    name + " of shape " + info.shape() + " in " + info.dtype() + " needs " + bytes
                            + " bytes, its data_offsets [" + extent.begin + "," + extent.end + "] give "
                            + (extent.end - extent.begin),
                    DAMAGED);
        }
        return new Placed(info, extent.begin, extent.end);
    }

    /** Empty for a type that Halftune does not compute with. */
    private static Optional<DType> dtype(Path file, String name, JsonNode json) {
        if (!json.isString()) throw error(file, name + " has no dtype", DAMAGED);
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(json.stringValue()))
                .findFirst();
    }

    private static long[] longs(Path file, String name, String field, JsonNode json) {
        if (!json.isArray()) throw error(file, name + " has no list " + field, DAMAGED);
        var values = new long[json.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = json.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw error(
                        file, name + " has " + field + " " + json + "; each must be a whole number from 0", DAMAGED);
            }
            values[i] = value.longValue();
        }
        return values;
    }

    /** The tensors, sorted by begin, must follow one another without hole or overlap up to the file's end. */
    private static void checkCoverage(Path file, List<Extent> tensors, long dataBytes) {
        long end = 0;
        String previous = "the header";
        for (var tensor : tensors) {
            if (tensor.end > dataBytes) {
                throw error(
                        file,
                        tensor.name + " ends at byte " + tensor.end + " of the data, but only " + dataBytes
                                + " bytes are there",
                        DAMAGED);
            }
            if (tensor.begin != end) {
                String relation = tensor.begin < end ? " overlaps " : " leaves a hole after ";
                throw error(
                        file,
                        tensor.name + relation + previous + ": it begins at byte " + tensor.begin + ", not at " + end,
                        DAMAGED);
            }
            end = tensor.end;
            previous = tensor.name;
        }
        if (end != dataBytes) {
            throw error(
                    file,
                    (dataBytes - end == 1 ? "1 byte follows" : (dataBytes - end) + " bytes follow")
                            + " the last tensor, " + previous + ", without a name",
                    DAMAGED);
        }
    }

    private static InputError error(Path file, String what, String fix) {
        return new InputError(what, file.toString(), fix);
    }
}
