package org.halftune.source;

import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.schema.FileSchema;
import dev.hardwood.schema.SchemaNode;
import dev.hardwood.schema.SchemaNode.GroupNode;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles rows from columns: structs and maps become objects, lists become arrays.
 *
 * <p>Between a row and the values of a column, each list and each optional struct is a layer, numbered from the
 * outside. A layer says which of its items are null; a list's layer also says where its items start in the next layer.
 * All columns below a node have the same layers above it, so the first of them is used.
 */
final class ParquetValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final GroupNode root;
    private final List<ParquetColumn> columns = new ArrayList<>();

    ParquetValues(FileSchema schema, ColumnReaders readers) {
        root = schema.getRootNode();
        addColumns(root, readers);
    }

    private void addColumns(SchemaNode node, ColumnReaders readers) {
        switch (node) {
            case PrimitiveNode leaf ->
                columns.add(new ParquetColumn(leaf, readers.getColumnReader(leaf.columnIndex())));
            case GroupNode group -> group.children().forEach(child -> addColumns(child, readers));
            default -> throw new IllegalStateException("unknown schema node " + node);
        }
    }

    void nextBatch() {
        columns.forEach(ParquetColumn::nextBatch);
    }

    /** Row {@code i} of the current batch. */
    ObjectNode row(int i) {
        return object(root, 0, i);
    }

    /** Approximate number of characters of a row. */
    static long size(JsonNode value) {
        if (value.isString()) return value.stringValue().length();
        long size = 8;
        for (JsonNode inner : value) size += size(inner);
        return size;
    }

    private ObjectNode object(GroupNode group, int layer, int i) {
        ObjectNode object = JSON.objectNode();
        for (SchemaNode child : group.children()) object.set(child.name(), value(child, layer, i));
        return object;
    }

    private JsonNode value(SchemaNode node, int layer, int i) {
        if (node.repetitionType() == RepetitionType.REPEATED)
            return list(node, node, layer, i); // older writers store lists like this
        return single(node, layer, i);
    }

    private JsonNode single(SchemaNode node, int layer, int i) {
        if (!(node instanceof GroupNode group)) return column(node).value(i);
        if (group.isList()) return list(group, group.getListElement(), layer, i);
        if (group.isMap()) return map(group, layer, i);
        if (group.repetitionType() != RepetitionType.OPTIONAL) return object(group, layer, i);
        return missing(group, layer, i) ? JSON.nullNode() : object(group, layer + 1, i);
    }

    private JsonNode list(SchemaNode node, SchemaNode element, int layer, int i) {
        if (missing(node, layer, i)) return JSON.nullNode();
        int[] offsets = column(node).reader().getLayerOffsets(layer);
        ArrayNode array = JSON.arrayNode(offsets[i + 1] - offsets[i]);
        for (int item = offsets[i]; item < offsets[i + 1]; item++) array.add(single(element, layer + 1, item));
        return array;
    }

    private JsonNode map(GroupNode node, int layer, int i) {
        if (missing(node, layer, i)) return JSON.nullNode();
        int[] offsets = column(node).reader().getLayerOffsets(layer);
        ObjectNode object = JSON.objectNode();
        for (int item = offsets[i]; item < offsets[i + 1]; item++) {
            JsonNode key = value(node.getMapKey(), layer + 1, item);
            String name = key.isString() ? key.stringValue() : key.toString();
            object.set(name, value(node.getMapValue(), layer + 1, item));
        }
        return object;
    }

    private boolean missing(SchemaNode node, int layer, int i) {
        return column(node).reader().getLayerValidity(layer).isNull(i);
    }

    /** The first leaf column below a node. */
    private ParquetColumn column(SchemaNode node) {
        SchemaNode first = node;
        while (first instanceof GroupNode group) first = group.children().getFirst();
        return columns.get(((PrimitiveNode) first).columnIndex());
    }
}
