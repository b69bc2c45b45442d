# Sourced by the scripts that train. Tensors come and go with every operation: an allocator that keeps their memory, instead of asking
# the system for it each time, saves a tenth. jemalloc where it is installed (Debian: libjemalloc2), else the C library's own.
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=100000000
for library in /usr/lib/*/libjemalloc.so.2 /usr/lib64/libjemalloc.so.2; do
    [ -e "$library" ] && export LD_PRELOAD="$library" MALLOC_CONF="dirty_decay_ms:-1,muzzy_decay_ms:-1"
done
