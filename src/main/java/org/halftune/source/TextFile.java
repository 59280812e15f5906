package org.halftune.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;

/** A file of UTF-8 text, compressed or not, with or without a byte order mark. */
record TextFile(Path path, Compression compression) {

    /** Its characters without a byte order mark. A byte that is not UTF-8 is a {@link CharacterCodingException}. */
    PushbackReader open() throws IOException {
        var bytes = compression.open(path);
        try {
            var text = new PushbackReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
            int first = text.read();
            if (first >= 0 && first != '\uFEFF') text.unread(first);
            return text;
        } catch (IOException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /** What a failure of reading means to the user. */
    InputError unreadable(IOException e) {
        if (e instanceof CharacterCodingException) {
            return new InputError(
                    "the file is not UTF-8", path + ", line " + firstMalformedLine(), "save it in the encoding UTF-8");
        }
        if (compression == Compression.NONE) return FileProblem.reading(path, e);
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new InputError(
                "the " + compression.word() + " data is damaged or cut off: " + reason,
                path.toString(),
                "copy or download the file again");
    }

    InputError empty() {
        return new InputError("the file is empty", path.toString(), "give a file with rows");
    }

    /** Decoders work in blocks, so only a second reading finds the line. */
    private long firstMalformedLine() {
        long line = 0;
        try (var bytes =
                new BufferedReader(new InputStreamReader(compression.open(path), StandardCharsets.ISO_8859_1))) {
            for (String content = bytes.readLine(); content != null; content = bytes.readLine()) {
                line++;
                StandardCharsets.UTF_8.newDecoder().decode(StandardCharsets.ISO_8859_1.encode(content));
            }
        } catch (IOException malformed) {
            return line;
        }
        return line;
    }
}
