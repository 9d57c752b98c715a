package io.skein.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one MQTT 5 packet: immutable, and {@link #EMPTY} for every packet of an older
 * version. Numbers are held as unsigned values in a {@code long}; user properties and subscription
 * identifiers keep their order.
 */
public final class Properties {
    private static final Property[] ALL = Property.values();
    private static final Object[] NO_VALUES = {};

    /** No properties at all. */
    public static final Properties EMPTY = new Properties(0, NO_VALUES, List.of(), List.of());

    /** Bit n is set where the single-valued property with ordinal n is present. */
    private final int present;

    /** The values of the present ones, in the order of their ordinals and without gaps. */
    private final Object[] values;

    private final List<UserProperty> userProperties;
    private final List<Integer> subscriptionIdentifiers;

    private Properties(
            int present,
            Object[] values,
            List<UserProperty> userProperties,
            List<Integer> subscriptionIdentifiers) {
        this.present = present;
        this.values = values;
        this.userProperties = userProperties;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
    }

    /** A builder that starts with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with what is here. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.present = present;
        builder.values = values.clone();
        builder.userProperties = new ArrayList<>(userProperties);
        builder.subscriptionIdentifiers = new ArrayList<>(subscriptionIdentifiers);
        return builder;
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return present == 0 && userProperties.isEmpty() && subscriptionIdentifiers.isEmpty();
    }

    /** Whether this property is present. */
    public boolean has(Property property) {
        return switch (property) {
            case USER_PROPERTY -> !userProperties.isEmpty();
            case SUBSCRIPTION_IDENTIFIER -> !subscriptionIdentifiers.isEmpty();
            default -> (present & bit(property)) != 0;
        };
    }

    /**
     * The number held for a property of a numeric type, or {@code otherwise} where it is absent.
     */
    public long number(Property property, long otherwise) {
        return value(property) instanceof Long number ? number : otherwise;
    }

    /** The string held for a property of type STRING, or null where it is absent. */
    public @Nullable String string(Property property) {
        return value(property) instanceof String string ? string : null;
    }

    /** The bytes held for a property of type BINARY, or null; not to be changed by the caller. */
    public byte @Nullable [] binary(Property property) {
        return value(property) instanceof byte[] bytes ? bytes : null;
    }

    /** All user properties in the order of the packet. */
    public List<UserProperty> userProperties() {
        return userProperties;
    }

    /** All subscription identifiers in the order of the packet, each 1 to 268,435,455. */
    public List<Integer> subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /** The single-valued properties in the order of their identifiers; read-only. */
    public Map<Property, Object> singleValues() {
        EnumMap<Property, Object> map = new EnumMap<>(Property.class);
        int index = 0;
        for (int rest = present; rest != 0; rest &= rest - 1) {
            map.put(ALL[Integer.numberOfTrailingZeros(rest)], values[index++]);
        }
        return Collections.unmodifiableMap(map);
    }

    /** How many single-valued properties there are; see {@link #singleProperty}. */
    public int singleCount() {
        return values.length;
    }

    /** Which property is single value {@code index}, in the order of their identifiers. */
    public Property singleProperty(int index) {
        int rest = present;
        for (int i = 0; i < index; i++) {
            rest &= rest - 1;
        }
        return ALL[Integer.numberOfTrailingZeros(rest)];
    }

    /** Single value {@code index}: a Long, a String, or a byte array not to be changed. */
    public Object singleValue(int index) {
        return values[index];
    }

    private @Nullable Object value(Property property) {
        int bit = bit(property);
        return (present & bit) == 0 ? null : values[Integer.bitCount(present & (bit - 1))];
    }

    private static int bit(Property property) {
        return 1 << property.ordinal();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Properties that
                && present == that.present
                && userProperties.equals(that.userProperties)
                && subscriptionIdentifiers.equals(that.subscriptionIdentifiers)
                && Arrays.deepEquals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                present, userProperties, subscriptionIdentifiers, Arrays.deepHashCode(values));
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            parts.add(
                    singleProperty(i)
                            + "="
                            + (value instanceof byte[] b ? Arrays.toString(b) : value));
        }
        userProperties.forEach(u -> parts.add(u.name() + "=" + u.value()));
        if (!subscriptionIdentifiers.isEmpty()) {
            parts.add("SUBSCRIPTION_IDENTIFIER=" + subscriptionIdentifiers);
        }
        return parts.toString();
    }

    /** Collects properties; not thread-safe. A later value replaces an earlier one. */
    public static final class Builder {
        private int present;
        private Object[] values = NO_VALUES;
        private List<UserProperty> userProperties = List.of();
        private List<Integer> subscriptionIdentifiers = List.of();

        private Builder() {}

        /** Sets a numeric property; the range is the encoder's concern. */
        public Builder number(Property property, long value) {
            return put(property, value);
        }

        /** Sets a property of type STRING. */
        public Builder string(Property property, String value) {
            return put(property, value);
        }

        /** Sets a property of type BINARY; the array must not change afterwards. */
        public Builder binary(Property property, byte[] value) {
            return put(property, value);
        }

        /** Adds one user property after those already there. */
        public Builder userProperty(String name, String value) {
            if (userProperties.isEmpty()) {
                userProperties = new ArrayList<>();
            }
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        /** Adds one subscription identifier after those already there. */
        public Builder subscriptionIdentifier(int identifier) {
            if (subscriptionIdentifiers.isEmpty()) {
                subscriptionIdentifiers = new ArrayList<>();
            }
            subscriptionIdentifiers.add(identifier);
            return this;
        }

        /** Takes a property away, all of its values. */
        public Builder remove(Property property) {
            switch (property) {
                case USER_PROPERTY -> userProperties = List.of();
                case SUBSCRIPTION_IDENTIFIER -> subscriptionIdentifiers = List.of();
                default -> removeSingle(property);
            }
            return this;
        }

        /** Whether this property has been set. */
        public boolean has(Property property) {
            return switch (property) {
                case USER_PROPERTY -> !userProperties.isEmpty();
                case SUBSCRIPTION_IDENTIFIER -> !subscriptionIdentifiers.isEmpty();
                default -> (present & bit(property)) != 0;
            };
        }

        /** Removes a numeric property: its value, or {@code otherwise} where it was absent. */
        public long take(Property property, long otherwise) {
            return removeSingle(property) instanceof Long number ? number : otherwise;
        }

        /** What has been collected; {@link Properties#EMPTY} if nothing. */
        public Properties build() {
            if (present == 0 && userProperties.isEmpty() && subscriptionIdentifiers.isEmpty()) {
                return EMPTY;
            }
            return new Properties(
                    present,
                    values.clone(),
                    List.copyOf(userProperties),
                    List.copyOf(subscriptionIdentifiers));
        }

        private Builder put(Property property, Object value) {
            int bit = bit(property);
            int index = Integer.bitCount(present & (bit - 1));
            if ((present & bit) == 0) {
                Object[] longer = new Object[values.length + 1];
                System.arraycopy(values, 0, longer, 0, index);
                System.arraycopy(values, index, longer, index + 1, values.length - index);
                values = longer;
                present |= bit;
            }
            values[index] = value;
            return this;
        }

        private @Nullable Object removeSingle(Property property) {
            int bit = bit(property);
            if ((present & bit) == 0) {
                return null;
            }
            int index = Integer.bitCount(present & (bit - 1));
            Object[] shorter = new Object[values.length - 1];
            System.arraycopy(values, 0, shorter, 0, index);
            System.arraycopy(values, index + 1, shorter, index, shorter.length - index);
            Object taken = values[index];
            values = shorter;
            present &= ~bit;
            return taken;
        }
    }
}
