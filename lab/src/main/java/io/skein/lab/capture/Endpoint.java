package io.skein.lab.capture;

/**
 * One end of a connection.
 *
 * @param address as text, IPv6 without brackets
 */
record Endpoint(String address, int port) {
    @Override
    public String toString() {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }
}
