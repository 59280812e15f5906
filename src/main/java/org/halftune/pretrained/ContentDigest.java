package org.halftune.pretrained;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.safetensors.TensorInfo;

/**
 * Identifies tensors by all their bits: SHA-256 over one line per tensor, {@code NAME DTYPE SHAPE SHA-256 OF ITS BYTES}, sorted by
 * name. It does not depend on how the tensors are spread over files, on their order, or on metadata and tensors that the model does
 * not use. Tensors are digested in parallel, from their mapped files.
 */
public final class ContentDigest {
    /** Bytes at a time: a tensor may have more than a buffer can address. */
    private static final long PIECE = 1 << 20;

    private ContentDigest() {}

    /** The digest of a model's parameters, in hexadecimal. */
    public static String of(PretrainedFolder model) {
        var parameters = ParameterSpec.all(model.config()).stream()
                .map(spec -> model.tensor(spec.name()))
                .toList();
        return of(parameters, model.source());
    }

    /** The digest of these tensors, in hexadecimal. */
    public static String of(Collection<TensorInfo> tensors, WeightSource source) {
        var lines = tensors.stream().sorted(Comparator.comparing(TensorInfo::name)).toList().parallelStream()
                .map(tensor -> tensor.name() + " " + tensor.dtype() + " " + tensor.shape() + " "
                        + of(source.get(tensor.name()).data()) + "\n")
                .toList();
        var all = sha256();
        for (String line : lines) all.update(line.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(all.digest());
    }

    /** SHA-256 of bytes, in hexadecimal. */
    public static String of(MemorySegment data) {
        var digest = sha256();
        for (long from = 0; from < data.byteSize(); from += PIECE) {
            digest.update(
                    data.asSlice(from, Math.min(PIECE, data.byteSize() - from)).asByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A new digest. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
