<?php
// Where this image keeps what people write and set.
define('DOKU_CONF', '/storage/conf/');
