package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.halftune.model.ParameterSpec;
import org.halftune.pretrained.ConfigFile;

/** Ways to damage the files of a model folder. */
final class DamagedFiles {
    private DamagedFiles() {}

    static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) Files.delete(file);
        }
    }

    static Path weights(Path folder) {
        return folder.resolve("model/model.safetensors");
    }

    /** Makes a model of 192 B parameters, all zero, in a file that takes no room on the disk. */
    static void enlarge(Path model) throws IOException {
        replace(model.resolve("config.json"), "\"intermediate_size\": 48", "\"intermediate_size\": 1000000000");
        var tensors = new ArrayList<String>();
        long end = 0;
        for (var spec :
                ParameterSpec.all(ConfigFile.read(model.resolve("config.json")).config())) {
            long begin = end;
            end += 2 * spec.elements();
            tensors.add("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(spec.name(), spec.shape(), begin, end));
        }
        var header = ("{" + String.join(",", tensors) + "}").getBytes(StandardCharsets.UTF_8);
        try (var file = new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(0);
            file.writeLong(Long.reverseBytes(header.length));
            file.write(header);
            file.setLength(8 + header.length + end);
        }
    }

    static void config(Path folder, String old, String replacement) throws IOException {
        replace(folder.resolve("model/config.json"), old, replacement);
    }

    static void replace(Path file, String old, String replacement) throws IOException {
        var text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, replacement));
    }

    static void truncate(Path folder, long bytes) throws IOException {
        Files.write(weights(folder), Arrays.copyOf(Files.readAllBytes(weights(folder)), (int) bytes));
    }

    static void extend(Path folder, int bytes) throws IOException {
        truncate(folder, Files.size(weights(folder)) + bytes);
    }

    static void lastFloat(Path folder, float value) throws IOException {
        int bits = Float.floatToRawIntBits(value);
        overwriteEnd(
                weights(folder),
                new byte[] {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)});
    }

    static void overwriteEnd(Path file, byte[] end) throws IOException {
        var bytes = Files.readAllBytes(file);
        System.arraycopy(end, 0, bytes, bytes.length - end.length, end.length);
        Files.write(file, bytes);
    }

    static void headerLength(Path folder, long length) throws IOException {
        var bytes = Files.readAllBytes(weights(folder));
        for (int i = 0; i < 8; i++) bytes[i] = (byte) (length >> 8 * i);
        Files.write(weights(folder), bytes);
    }

    /** Changes the header's text, which keeps its length: spaces fill what a change leaves over. */
    static void header(Path folder, UnaryOperator<String> change) throws IOException {
        var bytes = Files.readAllBytes(weights(folder));
        int length = bytes[0] & 0xff | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16;
        var text = new String(bytes, 8, length, StandardCharsets.UTF_8);
        var changed = change.apply(text);
        assertThat(changed).isNotEqualTo(text);
        changed = changed.stripTrailing();
        var padded = (changed + " ".repeat(length - changed.length())).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(padded, 0, bytes, 8, length);
        Files.write(weights(folder), bytes);
    }

    /** Gives a tensor the place of another. */
    static String moved(String header, String tensor, String other) {
        var offsets = "(\"%s\":\\{[^}]*\"data_offsets\":)(\\[[0-9,]+])";
        var place = Pattern.compile(offsets.formatted(Pattern.quote(other))).matcher(header);
        assertThat(place.find()).isTrue();
        return header.replaceFirst(offsets.formatted(Pattern.quote(tensor)), "$1" + place.group(2));
    }
}
