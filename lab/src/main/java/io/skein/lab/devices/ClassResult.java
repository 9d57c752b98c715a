package io.skein.lab.devices;

import io.skein.lab.bench.BenchResult;

/** What became of one class of devices. */
record ClassResult(DeviceClass devices, BenchResult bench) {}
